import type { ResourceRequest } from '../../host/handlers';
import { QueryRefused } from '../../../query/request';
import type { Workspaces } from '../../workspace/workspaces';
import { FairTurns } from '../fair';
import { tablesOf } from './appendix';
import { csvOf } from './csv';
import { htmlOf } from './html';
import { Page } from './page';
import { clientOf, makeReport, type Report } from './report';

/** A report asks a dozen metrics in a row: one organisation makes one at a time, and few may wait (security.md, row 10). */
const TURNS = new FairTurns({ slots: 2, perOrganisation: 1, waiting: 5, fill: 2 });
const FORMATS = ['html', 'json', 'csv'] as const;

/**
 * `GET report?client=&month=YYYY-MM&format=html|json|csv&table=`: a month of one client. An operator is narrowed to that client before
 * anything is read; a client's organisation sees its own, whatever it asks for.
 */
export async function reportRoute(workspaces: Workspaces, request: ResourceRequest): Promise<Page | Report> {
  const asked = { client: request.query.get('client'), month: request.query.get('month'), format: request.query.get('format') ?? 'html', table: request.query.get('table') };
  if (!(FORMATS as readonly string[]).includes(asked.format)) throw new QueryRefused(`A report comes as ${FORMATS.join(', ')}.`);
  const opened = await workspaces.open(request.context);
  const client = clientOf(opened.reader, asked.client);
  const { reader } = opened.reader.operator ? await workspaces.open(request.context, [client.id]) : opened;
  const report = await TURNS.run(request.context.orgId, () => makeReport(reader, clientOf(reader, client.id), asked.month, opened.now));
  if (asked.format === 'json') return report;
  if (asked.format === 'csv') {
    const tables = tablesOf(report);
    const section = tables.find(s => s.id === asked.table);
    if (!section) throw new QueryRefused(`Name the table: table= with one of ${tables.map(s => s.id).join(', ')}.`);
    return new Page('text/csv; charset=utf-8', csvOf(section), `${client.id}-${report.month.name}-${section.id}.csv`);
  }
  const query = (more: Record<string, string>) => `?${new URLSearchParams({ client: client.id, month: report.month.name, ...more }).toString()}`;
  return new Page('text/html; charset=utf-8', htmlOf(report, { month: name => query({ month: name }), csv: table => query({ format: 'csv', table }) }));
}
