import { CATALOG } from '../../catalog';
import { parseQuery, QueryRefused, type ParsedQuery } from '../../query/request';
import type { DataQuery, QueryRequest, QueryResult } from '../host/handlers';
import { metricQuery } from '../metrics/all';
import type { MetricResult } from '../metrics/metric';
import type { Opened, Workspaces } from '../workspace/workspaces';
import { Coalesced } from './coalesce';
import { asQueryResult, said } from './errors';
import { FairTurns } from './fair';
import { notices } from './notices';
import { resultFrames } from './result-frames';

/** Answers panel, Explore and alert-rule requests of one process: each query by itself, so that one that fails leaves the others. */
export class QueryData {
  private readonly turns = new FairTurns();
  private readonly shared = new Coalesced<MetricResult>();

  constructor(private readonly workspaces: Workspaces) {}

  async answer(request: QueryRequest, signal: AbortSignal): Promise<ReadonlyMap<string, QueryResult>> {
    return new Map(await Promise.all(request.queries.map(async (query): Promise<[string, QueryResult]> => [query.refId, await this.one(request, query, signal)])));
  }

  private async one(request: QueryRequest, query: DataQuery, signal: AbortSignal): Promise<QueryResult> {
    try {
      const parsed = parseQuery(query.json, CATALOG);
      const opened = await this.workspaces.open(request.context, parsed.viewAs);
      const range = { from: query.fromMs, to: query.toMs };
      if (!(range.from < range.to)) throw new QueryRefused('The time range is empty: its end is not after its start.');
      const asOf = Math.min(range.to, opened.now);
      const result = await this.shared.run(
        keyOf(opened, parsed, range, asOf),
        within => this.turns.run(request.context.orgId, () => metricQuery(parsed.entry.id).run(opened.reader, {
          groupBy: parsed.groupBy, filters: parsed.filters, bucket: parsed.bucket, view: parsed.view, limit: parsed.limit, options: parsed.options, range, asOf,
        }, within), within),
        signal,
      );
      return { frames: resultFrames(query.refId, parsed, { ...result, notices: [...(await notices(opened)), ...parsed.notices, ...(result.notices ?? [])] }, asOf) };
    } catch (error) {
      return asQueryResult(await said(this.workspaces, request.context, error));
    }
  }
}

/** Everything an answer depends on. Scope and settings version first: without them one client's answer could be another's. */
const keyOf = ({ reader, workspace }: Opened, q: ParsedQuery, range: { from: number; to: number }, asOf: number): string =>
  JSON.stringify([workspace.name, reader.scope, reader.settingsVersion, q.entry.id, q.groupBy, q.filters, q.bucket, q.view, q.limit, q.options, range.from, range.to, asOf]);
