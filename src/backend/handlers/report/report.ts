import { CATALOG } from '../../../catalog';
import { SLA_DEFINITION, bucketDay, dayStart, localDay, type Range } from '../../../model';
import type { ClientSettings } from '../../../settings/schema';
import { parseQuery, QueryRefused } from '../../../query/request';
import { metricQuery } from '../../metrics/all';
import { MetricRefused, type Cell, type MetricResult } from '../../metrics/metric';
import { clientMonths, type ClientMonth } from '../../metrics/reported/months';
import { findings, wantsStanding, withStanding } from '../../metrics/standing';
import type { ScopedReader } from '../../scope/reader';
import { asReported, withMonthBefore } from './months';
import { monthOf, type ReportMonth } from './month';
import { columnsOf, SECTIONS, sectionMetrics, type SectionWish } from './sections';

export interface ReportColumn { readonly name: string; readonly title: string; readonly kind: string; readonly unit: string | null }
export interface ReportSection { readonly id: string; readonly title: string; readonly intro: string; readonly empty: string; readonly columns: readonly ReportColumn[]; readonly rows: readonly Readonly<Record<string, Cell>>[]; readonly notices: readonly string[] }
export type MonthState = 'frozen' | 'provisional' | 'under way';

/** A month of one client as data: the page, the tables and the command line are all made of it. Times are epoch ms. */
export interface Report {
  readonly client: { readonly id: string; readonly name: string; readonly zone: string };
  readonly month: ReportMonth;
  readonly state: MonthState;
  /** Why a month past its closing day is not frozen; null where there is nothing to explain. */
  readonly stateWhy: string | null;
  readonly generated: number;
  /** Of the policy and the SLA definition: those the month was closed with, else today's. */
  readonly settingsVersion: number;
  readonly definition: number;
  readonly sections: readonly ReportSection[];
  readonly definitions: readonly { readonly id: string; readonly title: string; readonly definition: string; readonly formula: string }[];
  readonly targets: readonly { readonly tier: string; readonly clock: string; readonly hours: number; readonly calendar: string }[];
}

/** The one client a report is about: the one named, or the only one in scope. Foreign ids are as unknown as any other. */
export function clientOf(reader: ScopedReader, asked: string | null): ClientSettings {
  const found = asked === null ? (reader.clients.length === 1 ? reader.clients[0] : undefined) : reader.clients.find(c => c.id === asked);
  if (found) return found;
  throw new QueryRefused(asked === null ? `Say which client: add client= with one of ${reader.clients.map(c => c.id).join(', ') || 'none'}.` : `There is no client "${asked.slice(0, 63)}" here; there is ${reader.clients.map(c => c.id).join(', ') || 'none'}.`);
}

/** Everything a client's month says. The reader is that client's scope, or one of a few clients and every question is filtered to this one; nothing here can widen it. */
export async function makeReport(reader: ScopedReader, client: ClientSettings, askedMonth: string | null, now: number, signal?: AbortSignal): Promise<Report> {
  if (reader.operator || !reader.clients.includes(client)) throw new Error('a report is made in the scope of its client');
  const month = monthOf(askedMonth, client.zone, now, reader.policy.reporting.closingDay);
  const sections: ReportSection[] = [];
  for (const wish of SECTIONS) sections.push(await fill(reader, wish, month, client, now, signal));
  const earlier = monthOf(month.previous, client.zone, now, reader.policy.reporting.closingDay);
  const before: ReportSection[] = [];
  for (const wish of SECTIONS.filter(w => w.comparedBy !== undefined)) before.push(await fill(reader, wish, earlier, client, now, signal));
  // The mark of the month itself: a month in which nothing was counted closes like any other.
  const mark = (await clientMonths(reader, month.range, now, [client.id], signal))[0];
  const { state, stateWhy } = stateOf(mark, month, now);
  return {
    client: { id: client.id, name: client.name, zone: client.zone }, month, state, stateWhy, generated: now, settingsVersion: mark?.frozen?.settingsVersion ?? reader.settingsVersion, definition: mark?.frozen?.definition ?? SLA_DEFINITION,
    sections: withMonthBefore(asReported(sections, sections, month, now), asReported(before, sections, earlier, now)), definitions: sectionMetrics().map(id => { const { title, definition, formula } = CATALOG.get(id)!; return { id, title, definition, formula }; }),
    targets: targetsOf(reader.policy.sla.targets, client.id, `${month.name}-01`),
  };
}

async function fill(reader: ScopedReader, wish: SectionWish, month: ReportMonth, { id, zone }: ClientSettings, now: number, signal?: AbortSignal): Promise<ReportSection> {
  const takes = CATALOG.get(wish.query.metric)!.filters.includes('client');
  const query = parseQuery({ version: 1, ...wish.query, ...(takes && { filters: { ...wish.query.filters, client: [id] } }) }, CATALOG);
  let from = month.range.from;
  for (let i = 0; i < (wish.monthsBefore ?? 0); i++) from = dayStart(bucketDay(localDay(from - 1, zone), 'month'), zone);
  const range: Range = { from, to: month.range.to };
  // What has not happened yet is not judged: `now` bounds all three.
  const at = wish.judged === 'now' ? now : wish.judged === 'closing' ? month.closes : month.range.to;
  const asked = { groupBy: query.groupBy, filters: query.filters, bucket: query.bucket, view: query.view, limit: query.limit, options: query.options, range, asOf: Math.min(at, now) };
  let result: MetricResult;
  try {
    result = await metricQuery(query.entry.id).run(reader, asked, signal);
    if (wish.columns?.includes('standing') && wantsStanding(query.entry, query.view, null)) result = withStanding(query.entry, result, await findings(reader, query.entry, asked, signal));
  } catch (error) {
    if (!(error instanceof MetricRefused)) throw error;
    result = { rows: [], notices: [{ severity: 'info', text: error.message }] };
  }
  const columns = columnsOf(wish, result.rows);
  const { nullReasons } = query.entry;
  const names = new Set([...columns.map(c => c.name), ...(wish.keys ?? [])]);
  const rows = result.rows.map(row => Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name)).map(([name, value]): [string, Cell] => [name, name === 'reason' && typeof value === 'string' ? nullReasons[value] ?? value : value])));
  return {
    id: wish.id, title: wish.title, intro: wish.intro, empty: wish.empty, columns: columns.map(({ name, title, kind, unit }) => ({ name, title, kind, unit: unit ?? null })),
    rows, notices: (result.notices ?? []).map(n => n.text),
  };
}

/** Of its cases: coverage and verdicts say in their tables where they are not frozen with them. */
function stateOf(mark: ClientMonth | undefined, month: ReportMonth, now: number): { state: MonthState; stateWhy: string | null } {
  const state = mark?.frozen ? 'frozen' : now < month.range.to ? 'under way' : 'provisional';
  return { state, stateWhy: state === 'provisional' && now >= month.closes ? 'Its closing day has passed, but not every source is read that far, or the month lies before what was read.' : null };
}

/**
 * Targets in force on a local day, a client's own before those for everybody. By dates and not by instants: what is agreed from the
 * first of a month is that month's, although its first midnight still is the day before in UTC.
 */
export function targetsOf(all: ScopedReader['policy']['sla']['targets'], client: string, day: string): Report['targets'] {
  for (const owner of [client, '*']) {
    const versions = all.filter(t => t.client === owner && t.effectiveFrom <= day).sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? 1 : -1));
    if (versions[0]) return Object.entries(versions[0].hours).flatMap(([tier, clocks]) => Object.entries(clocks ?? {}).map(([clock, hours]) => ({ tier, clock, hours: hours!, calendar: versions[0]!.calendar })));
  }
  return [];
}
