import { setMaxListeners } from 'node:events';
import { CATALOG } from '../../catalog';
import { CLIENT_ROWS_UID, ROWS_UID } from '../../catalog/rows';
import { utcDay } from '../../model';
import { DAY, type Range } from '../../model';
import { parseQuery, QueryRefused, type ParsedQuery } from '../../query/request';
import type { DataQuery, QueryRequest, QueryResult } from '../host/handlers';
import { metricQuery } from '../metrics/all';
import { rowLinks, type RowLinks } from '../metrics/rows/link';
import { fromToken } from '../metrics/rows/token';
import type { Opened, Workspaces } from '../workspace/workspaces';
import { withinBytes } from './answer-size';
import { Answers, questionKey, type Answer, type Asked } from './answers';
import { Coalesced } from './coalesce';
import { asQueryResult, said } from './errors';
import { FairTurns } from './fair';
import { Intake } from './intake';
import { notices } from './notices';
import { Remembered } from './remembered';
import { resultFrames } from './result-frames';
import { findings, wantsStanding, withStanding, type Findings } from '../metrics/standing';

/** Answers panel, Explore and alert-rule requests of one process: each query by itself, so that one that fails leaves the others. */
export class QueryData {
  private readonly intake = new Intake();
  private readonly turns = new FairTurns();
  private readonly shared = new Coalesced<Answer>();
  private readonly answers = new Answers();
  /** What standings rest on: the counters of a range, asked by several panels at once. */
  private readonly counters = new Remembered<Findings>(60_000);

  constructor(private readonly workspaces: Workspaces) {}

  async answer(request: QueryRequest, signal: AbortSignal): Promise<ReadonlyMap<string, QueryResult>> {
    // One listener per query, and a request may hold many.
    setMaxListeners(0, signal);
    return new Map(await Promise.all(request.queries.map(async (query): Promise<[string, QueryResult]> => [query.refId, await this.one(request, query, signal)])));
  }

  private async one(request: QueryRequest, query: DataQuery, signal: AbortSignal): Promise<QueryResult> {
    try {
      await this.intake.begin(request.context.orgId);
      const parsed = parseQuery(query.json, CATALOG);
      const opened = await this.workspaces.open(request.context, parsed.viewAs ?? viewAsBehind(parsed));
      const range = rangeOf(query, parsed, opened.reader.maxBuckets);
      const { result, asOf } = await this.answerOf(request, opened, parsed, range, signal);
      const stood = wantsStanding(parsed.entry, parsed.view, parsed.columns) ? withStanding(parsed.entry, result, await this.findings(request, opened, parsed, range, asOf)) : result;
      return { frames: withinBytes(resultFrames(query.refId, parsed, { ...stood, notices: [...(await notices(opened)), ...parsed.notices, ...(result.notices ?? [])] }, asOf, linksOf(request, opened, parsed, range, asOf)), opened.reader.maxAnswerMb) };
    } catch (error) {
      return asQueryResult(await said(this.workspaces, request.context, error));
    }
  }

  /** An answer that still stands, or a new one; as of the instant it carries. */
  private async answerOf(request: QueryRequest, opened: Opened, parsed: ParsedQuery, range: Range, signal: AbortSignal): Promise<Answer> {
    const asOf = Math.min(range.to, opened.now);
    const { reader, workspace, now } = opened;
    const asked: Asked = { key: questionKey(workspace.name, reader, parsed), range, asOf, now, near: parsed.view !== 'alert' };
    return this.answers.find(asked) ?? this.shared.run(`${asked.key}|${range.from} ${range.to} ${asOf}`, within => this.turns.run(request.context.orgId, () => this.answers.make({ reader, asked }, () => metricQuery(parsed.entry.id).run(reader, {
      groupBy: parsed.groupBy, filters: parsed.filters, bucket: parsed.bucket, view: parsed.view, limit: parsed.limit, options: parsed.options, range, asOf,
    }, within)), within), signal);
  }

  /** Not interrupted with the panel that asked first: the others wait for the same answer. */
  private findings(request: QueryRequest, opened: Opened, { entry, groupBy, filters }: ParsedQuery, range: { from: number; to: number }, asOf: number): Promise<Findings> {
    const { reader, workspace } = opened;
    const key = JSON.stringify([workspace.name, reader.scope, reader.settingsVersion, entry.counters, groupBy.includes('client'), filters.client ?? null, utcDay(range.from), utcDay(range.to), range.to > opened.now]);
    return this.counters.get(key, opened.now, () => this.turns.run(request.context.orgId, () => findings(reader, entry, { groupBy, filters, range, asOf }), new AbortController().signal));
  }
}

/** Where the values of an answer lead: the dashboard of rows that this organisation has, with the data source that was asked. */
function linksOf({ context }: QueryRequest, { reader }: Opened, parsed: ParsedQuery, range: { from: number; to: number }, asOf: number): RowLinks | null {
  const dataSource = context.dataSource?.uid;
  const dashboard = reader.operator || parsed.viewAs !== undefined ? ROWS_UID : CLIENT_ROWS_UID;
  return dataSource === undefined ? null : rowLinks(parsed.entry, { ...parsed, range, asOf }, { dashboard, dataSource, viewAs: parsed.viewAs });
}
/** Rows behind a value that an operator saw "as client" are narrowed like it; it can narrow operators alone, and widen nobody. */
function viewAsBehind({ entry, options }: ParsedQuery): readonly string[] | undefined {
  const viewAs = entry.id === 'rows' ? fromToken((options as { asked: string }).asked)?.viewAs : undefined;
  return Array.isArray(viewAs) ? viewAs.map(String) : undefined;
}

/** Calendars beyond these are nobody's, and dates near the ends of what a computer counts cannot be widened to days. */
const [EARLIEST, LATEST] = [Date.UTC(1970, 0, 1) - 1, Date.UTC(2200, 0, 1)];
const BUCKET_MS: Readonly<Record<ParsedQuery['bucket'], number>> = { none: Infinity, day: DAY, week: 7 * DAY, month: 28 * DAY };

function rangeOf(query: DataQuery, { bucket, entry }: ParsedQuery, maxBuckets: number): { from: number; to: number } {
  const [from, to] = [query.fromMs, query.toMs];
  if (!(from < to)) throw new QueryRefused('The time range is empty: its end is not after its start.');
  if (from < EARLIEST || to > LATEST) throw new QueryRefused('The time range leaves the years 1970 to 2199. Choose a shorter one.');
  const buckets = Math.ceil((to - from) / BUCKET_MS[bucket]);
  if (buckets > maxBuckets) throw new QueryRefused(`${entry.id} by ${bucket} over this range gives ${buckets} buckets; at most ${maxBuckets} are drawn. Choose a shorter range or larger buckets.`);
  return { from, to };
}
