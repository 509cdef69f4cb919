import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { tablesOf } from '../../backend/handlers/report/appendix';
import { csvOf } from '../../backend/handlers/report/csv';
import { htmlOf } from '../../backend/handlers/report/html';
import type { Cli } from '../command';
import { readReport, type WhereOptions } from './where';
import { printPdf } from './pdf';

interface Options extends WhereOptions { readonly client: string; readonly month?: string; readonly out: string; readonly pdf?: boolean }

/** `report`: a client's month as a page made for print (PDF where a browser is there) and every table as CSV. */
export const reportCommand = (cli: Cli): Command => new Command('report')
  .description('A client\'s month: HTML made for print, CSV of every table, and PDF with --pdf where Chromium is installed.')
  .requiredOption('--client <id>', 'whose month')
  .option('--month <YYYY-MM>', 'which month, in the client\'s zone (default: the last complete one)')
  .option('--out <folder>', 'where the files go', '.')
  .option('--pdf', 'print to PDF as well')
  .option('--grafana <url>', 'ask a running Grafana (GRAFANA_TOKEN, or GRAFANA_USER and GRAFANA_PASSWORD) or the preview of npm start, which needs neither')
  .option('--data-source <uid>', 'uid of the operators\' data source there', 'soc-outcomes')
  .option('--data <folder>', 'read the store in this data folder, while no server holds it (default: GF_PLUGIN_DATA_PATH)')
  .option('--workspace <name>', 'workspace, with --data', 'main')
  .action(async (options: Options) => {
    const { report, from } = await readReport(options, cli);
    cli.say(`Read ${from}.`);
    mkdirSync(options.out, { recursive: true });
    const stem = join(options.out, `${report.client.id}-${report.month.name}`);
    const write = (path: string, content: string): void => { writeFileSync(path, content); cli.out(path); };
    write(`${stem}.html`, htmlOf(report, null));
    for (const section of tablesOf(report)) write(`${stem}-${section.id}.csv`, csvOf(section));
    if (options.pdf) { await printPdf(`${stem}.html`, `${stem}.pdf`, cli.env); cli.out(`${stem}.pdf`); }
    cli.say(`${report.client.name}, ${report.month.name}: ${report.state}${report.stateWhy ? `. ${report.stateWhy}` : ''}.`.replace(/\.\.$/, '.'));
  });
