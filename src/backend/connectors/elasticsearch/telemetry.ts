import { setImmediate as breathe } from 'node:timers/promises';
import { DAY, MINUTE, rowId, utcDay, type Identifier, type ObservationRow } from '../../../model';
import type { ElasticSettings } from '../../../settings/sources';
import { SourceError } from '../http/port';
import { isObject, list, own, text } from '../own';
import type { Page, Reject, Stream, Window } from '../stream';
import { search } from './client';
import { Counts } from './counts';
import { mapped } from './normalise';

type Telemetry = ElasticSettings['telemetry'][number];
type Part = 'host' | 'fqdn' | 'address' | 'agent' | 'instance' | 'serial' | 'mac' | 'vrf' | 'client';
/** Each page makes the source go through the day's events again, so few pages; with the values below them, far from its limit of 65,536 buckets. */
const BUCKETS = 4_000;
/** Buckets made into rows in one go: panels wait for the thread. */
const CHUNK = 800;
/** One value per host and day by nature: they make the key. Names and addresses may be many: they hang below it. */
const KEYS: readonly Part[] = ['host', 'agent', 'instance', 'serial', 'client', 'vrf'];

/** Which parts are composite sources and which are looked up below each bucket. */
export function partsOf(telemetry: Telemetry): { keys: Part[]; below: Part[]; field(part: Part): string } {
  const fields: Partial<Record<Part, string>> = { ...telemetry.fields, ...(telemetry.client.field ? { client: telemetry.client.field } : {}) };
  const has = (part: Part): boolean => fields[part] !== undefined;
  const keys = KEYS.filter(has);
  if (!keys.some(part => part !== 'client' && part !== 'vrf')) keys.unshift(...(['fqdn', 'address', 'mac'] as const).filter(has).slice(0, 1));
  return { keys, below: (['fqdn', 'address', 'mac'] as const).filter(part => has(part) && !keys.includes(part)), field: part => fields[part] as string };
}

/** Hosts seen on one UTC day: one composite aggregation, paged by after_key; never an event is fetched. */
export function telemetryStream(settings: ElasticSettings, telemetry: Telemetry, clients: ReadonlySet<string>, pageSize = BUCKETS): Stream<'observation'> {
  const parts = partsOf(telemetry);
  return {
    name: `telemetry.${telemetry.name}`, kind: 'observation', mode: 'day', overlap: 0, lag: telemetry.lagMinutes * MINUTE, history: telemetry.backfillDays * DAY,
    async read(context, window, cursor) {
      const answer = await search(context, settings.id, { index: telemetry.index }, dayRequest(telemetry, parts, window, pageSize, cursor));
      const hosts = own(answer.aggregations, 'hosts');
      const buckets = list(own(hosts, 'buckets'));
      if (!Array.isArray(own(hosts, 'buckets')) && answer.partial === null) throw new SourceError('body', settings.id, `stream telemetry.${telemetry.name}: the answer of _search holds no hosts.`, 'Use the address of the cluster itself, not of a gateway that rewrites answers.');
      const counts = new Counts();
      const plan = { settings, telemetry, clients, keys: parts.keys };
      const made: (ObservationRow | Reject)[] = [];
      for (const [i, bucket] of buckets.entries()) {
        if (i % CHUNK === 0) await breathe();
        made.push(observation(bucket, plan, window, counts));
      }
      const after = own(hosts, 'after_key');
      if (answer.partial !== null) counts.add('partial_answer', null, answer.partial);
      const page: Page<'observation'> = {
        kind: 'observation', rows: made.filter((m): m is ObservationRow => 'evidence' in m), rejects: made.filter((m): m is Reject => 'reason' in m),
        // after_key stands on every page but an empty one: a page is the last only when it is empty, or short.
        notices: counts.list(), cursor: isObject(after) && buckets.length >= pageSize ? after : null, expected: null, complete: answer.partial === null,
      };
      return page;
    },
  };
}

function dayRequest(telemetry: Telemetry, parts: ReturnType<typeof partsOf>, window: Window, size: number, after: unknown): Record<string, unknown> {
  const range = { range: { [telemetry.time]: { gte: new Date(window.from).toISOString(), lt: new Date(window.to).toISOString() } } };
  const terms = (part: Part): Record<string, unknown> => ({ terms: { field: parts.field(part), size: part === 'mac' ? 4 : 1 } });
  return {
    size: 0, track_total_hits: false, query: { bool: { filter: [range, ...(telemetry.filter === undefined ? [] : [telemetry.filter])] } },
    aggs: {
      hosts: {
        composite: { size, sources: parts.keys.map(part => ({ [part]: { terms: { field: parts.field(part), missing_bucket: true } } })), ...(after === null ? {} : { after }) },
        aggs: { first: { min: { field: telemetry.time } }, last: { max: { field: telemetry.time } }, ...Object.fromEntries(parts.below.map(part => [part, terms(part)])) },
      },
    },
  };
}

/** A bucket → an observation, or a reject where it names no host by any means. */
export interface ObservationPlan { readonly settings: ElasticSettings; readonly telemetry: Telemetry; readonly clients: ReadonlySet<string>; readonly keys: readonly Part[] }
export function observation(bucket: unknown, { settings, telemetry, clients, keys }: ObservationPlan, window: Window, counts: Counts): ObservationRow | Reject {
  const key = own(bucket, 'key');
  const below = (part: Part): string[] => list(own(own(bucket, part), 'buckets')).map(b => text(own(b, 'key'))).filter((v): v is string => v !== null);
  const value = (part: Part): string | null => text(own(key, part)) ?? below(part)[0] ?? null;
  const first = own(own(bucket, 'first'), 'value');
  const last = own(own(bucket, 'last'), 'value');
  const count = own(bucket, 'doc_count');
  const name = value('host') ?? value('fqdn') ?? value('agent') ?? value('instance') ?? value('serial') ?? value('address') ?? value('mac');
  const sample = (): string => JSON.stringify(key ?? null).slice(0, 500);
  if (name === null) return { nativeId: null, field: telemetry.fields.host ?? null, reason: `${typeof count === 'number' ? count : 'some'} records name no host in any mapped field`, sample: sample() };
  if (typeof first !== 'number' || typeof last !== 'number' || typeof count !== 'number') return { nativeId: name, field: telemetry.time, reason: 'the aggregation gives no first and last time for this host', sample: sample() };
  const day = utcDay(window.from);
  const identity = keys.map(part => text(own(key, part)) ?? '').join('|');
  const nativeId = `${telemetry.name}:${day}:${identity}`;
  const { sourceClient, client } = telemetry.client.field === undefined && telemetry.fields.client === undefined
    ? { sourceClient: null, client: telemetry.client.fixed ?? 'unassigned' } : mapped(value('client'), { fixed: telemetry.client.fixed, field: telemetry.client.field ?? telemetry.fields.client }, { settings, clients }, counts);
  const identifiers: Identifier[] = (['agent', 'instance', 'serial'] as const).flatMap(type => { const v = value(type); return v === null ? [] : [{ type, value: v }]; });
  for (const mac of below('mac')) identifiers.push({ type: 'mac', value: mac });
  return {
    id: rowId(settings.id, 'observation', nativeId), source: settings.id, nativeId, url: null, changed: last, gone: null,
    evidence: telemetry.evidence, day, first: Math.max(first, day * DAY), last: Math.min(last, (day + 1) * DAY - 1), count, sourceClient, client,
    hostname: value('host'), fqdn: value('fqdn'), identifiers, address: value('address'), vrf: value('vrf'),
  };
}
