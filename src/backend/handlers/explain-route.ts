import { explain } from '../../catalog/explain';
import { DAY } from '../../model';
import { QueryRefused } from '../../query/request';
import type { ResourceRequest } from '../host/handlers';
import { explainQuery } from '../metrics/drill/explain';
import type { Cell } from '../metrics/metric';
import type { ScopedReader } from '../scope/reader';
import type { Workspaces } from '../workspace/workspaces';

export interface Explanation { readonly what: string; readonly name: string; readonly asOf: number; readonly steps: readonly Readonly<Record<string, Cell>>[]; readonly notices: readonly string[] }

/** The steps behind one row, within the reader's scope. Throws QueryRefused for a kind of row that is none, or without a name. */
export async function explained(reader: ScopedReader, asked: { readonly what: string | null; readonly name: string | null; readonly at: string | null }, now: number, signal?: AbortSignal): Promise<Explanation> {
  const options = explain.options.safeParse({ ...(asked.what !== null && { what: asked.what }), ...(asked.name !== null && { name: asked.name }) });
  if (!options.success) throw new QueryRefused('Say what is to be explained: what=alert, ticket or asset, and its name as the lists of rows show it.');
  if (options.data.name.trim() === '') throw new QueryRefused('Name the alert, ticket or asset to explain: name=, as the lists of rows show it.');
  const at = asked.at === null || asked.at === '' ? now : /^\d+$/.test(asked.at) ? Number(asked.at) : Date.parse(asked.at);
  if (!Number.isFinite(at)) throw new QueryRefused('"at" is an instant: a date with time and zone (2026-06-30T12:00:00Z), or epoch milliseconds.');
  const asOf = Math.min(at, now);
  const { rows, notices } = await explainQuery.run(reader, { groupBy: [], filters: {}, bucket: 'none', view: 'table', limit: 20, options: options.data, range: { from: asOf - DAY, to: asOf }, asOf }, signal);
  return { what: options.data.what, name: options.data.name.trim(), asOf, steps: rows, notices: (notices ?? []).map(n => n.text) };
}

/** `GET explain?what=alert|ticket|asset&name=&at=`: why a row counted as it did. Whatever is asked, only what the caller's scope holds is found. */
export async function explainRoute(workspaces: Workspaces, request: ResourceRequest): Promise<Explanation> {
  const { reader, now } = await workspaces.open(request.context);
  return explained(reader, { what: request.query.get('what'), name: request.query.get('name'), at: request.query.get('at') }, now);
}
