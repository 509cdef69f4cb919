import { Command } from 'commander';
import { explained, type Explanation } from '../../backend/handlers/explain-route';
import type { Cell } from '../../backend/metrics/metric';
import type { Cli } from '../command';
import { readFrom, type Place } from '../report/where';

interface Options extends Place { readonly at?: string; readonly json?: boolean; readonly client?: string }
const shown = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell));

/** `explain`: why one alert, ticket or asset counted as it did, step by step, with the definition's sentence. */
export const explainCommand = (cli: Cli): Command => new Command('explain')
  .description('Why one alert, ticket or asset counted as it did, step by step, with the definition\'s sentence for each step.')
  .argument('<what>', 'alert, ticket or asset')
  .argument('<name>', 'id of the alert at its source, key of the ticket, or name of the asset')
  .option('--at <instant>', 'judged at this instant, as 2026-06-30T12:00:00Z (default: now)')
  .option('--client <id>', 'as this client sees it, with --data')
  .option('--json', 'the steps as JSON')
  .option('--grafana <url>', 'ask a running Grafana (GRAFANA_TOKEN, or GRAFANA_USER and GRAFANA_PASSWORD) or the preview of npm start, which needs neither')
  .option('--data-source <uid>', 'uid of the data source there; its organisation decides what is seen', 'soc-outcomes')
  .option('--data <folder>', 'read the store in this data folder, while no server holds it (default: GF_PLUGIN_DATA_PATH)')
  .option('--workspace <name>', 'workspace, with --data', 'main')
  .action(async (what: string, name: string, options: Options) => {
    const { answer, from } = await readFrom<Explanation>(options, cli, {
      resource: 'explain', query: { what, name, ...(options.at !== undefined && { at: options.at }) }, clients: options.client === undefined ? undefined : [options.client], holds: ['steps', 'notices'],
      read: reader => explained(reader, { what, name, at: options.at ?? null }, cli.now()),
    });
    cli.say(`Read ${from}.`);
    for (const notice of answer.notices) cli.say(notice);
    if (options.json) { cli.out(JSON.stringify(answer, null, 2)); return; }
    let row: Cell | undefined;
    for (const step of answer.steps) {
      if (step.row !== row) { row = step.row; cli.out(shown(row)); if (step.link) cli.out(`  ${shown(step.link)}`); }
      cli.out(`  ${shown(step.number)}. ${shown(step.step)}: ${shown(step.outcome)}${typeof step.time === 'number' ? ` (${new Date(step.time).toISOString()})` : ''}`);
      if (step.because) cli.out(`     because: ${shown(step.because)}`);
      if (step.rule) cli.out(`     rule: ${shown(step.rule)}`);
    }
  });
