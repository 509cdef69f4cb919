import { personNeedles } from '../../../demo/upstreams/people';
import type { CommonTraps, RunningUpstream } from '../../../demo/upstreams/http';
import type { World } from '../../../demo/world/types';
import type { SourceSecrets } from '../../../src/backend/connectors/http/client';
import type { ConnectorFactory } from '../../../src/backend/connectors/factory';
import { SourceError } from '../../../src/backend/connectors/http/port';
import type { Connector, ReadContext } from '../../../src/backend/connectors/stream';
import { sourceSchema, type SourceSettings } from '../../../src/settings/sources';
import { certificate } from './certificates';
import { contextFor, readAll, streamOf } from './read';
import { ANCHOR, emptyWorld, HISTORY_DAYS, NOW, smallWorld } from './world';

const DAY = 86_400_000;
type HttpSource = Exclude<SourceSettings, { system: 'files' }>;

/** What a connector brings to the suite; everything else is inherited. */
export interface ConnectorContract<S extends HttpSource> {
  readonly factory: ConnectorFactory<S>;
  /** Starts the vendor's upstream over a world. `capture` keeps the bodies sent; `tls` serves HTTPS. */
  upstream(world: World, options: { now: () => number; capture?: boolean; tls?: { key: string; cert: string } }): Promise<RunningUpstream<CommonTraps>>;
  /** Settings as an operator would write them (before parsing), for an upstream at `url`. */
  settings(url: string): Record<string, unknown>;
  readonly secrets: SourceSecrets;
  /** Streams and the native ids a full read must give, no more, no fewer. `atLeast`: ids that must be among them. */
  readonly streams: readonly { readonly name: string; nativeIds(world: World): readonly string[]; readonly supersetAllowed?: boolean }[];
  /** Settings that map a field the upstream does not have; health must name it. */
  readonly missingField: { change(settings: Record<string, unknown>): Record<string, unknown>; readonly named: RegExp };
  /** An unknown value of a mapped vocabulary: the row stays, a notice with this code is counted. */
  readonly unknownValue?: { change(settings: Record<string, unknown>): Record<string, unknown>; world?(world: World): World; readonly stream: string; readonly notice: RegExp };
  /** A value that the settings mark as the source's default: rows that carry it have no disposition. */
  readonly defaultDisposition?: { readonly value: string; readonly stream: string };
}

/** The suite every connector inherits. Real HTTP on 127.0.0.1, the real client, no clock but the given one. */
export function describeConnector<S extends HttpSource>(name: string, contract: ConnectorContract<S>): void {
  const open: RunningUpstream<CommonTraps>[] = [];
  const upstream = async (world: World = smallWorld(), options: { capture?: boolean; tls?: { key: string; cert: string } } = {}) => {
    const running = await contract.upstream(world, { now: () => NOW, ...options });
    open.push(running);
    return running;
  };
  const parse = (raw: Record<string, unknown>): S => sourceSchema.parse(raw) as S;
  const build = (raw: Record<string, unknown>, options: { pageSize?: number; secrets?: SourceSecrets } = {}): { connector: Connector; context: ReadContext & { slept: number[] } } => {
    const settings = parse(raw);
    return { connector: contract.factory(settings, [{ id: 'acme' }, { id: 'globex' }], { pageSize: options.pageSize }), context: contextFor(settings, options.secrets ?? contract.secrets) };
  };
  const whole = { from: ANCHOR - (HISTORY_DAYS + 400) * DAY, to: NOW };
  /** A telemetry stream is read a UTC day at a time, the others in one window. */
  const windowsOf = (connector: Connector, stream: string) => streamOf(connector, stream).mode === 'day'
    ? Array.from({ length: HISTORY_DAYS }, (_, d) => ({ from: ANCHOR - (d + 1) * DAY, to: ANCHOR - d * DAY }))
    : [whole];
  const full = async (connector: Connector, context: ReadContext, stream: string) => {
    const results = [];
    for (const window of windowsOf(connector, stream)) results.push(await readAll(streamOf(connector, stream), context, window));
    return { rows: results.flatMap(r => r.rows), ids: [...new Set(results.flatMap(r => r.ids))].sort(), notices: results.flatMap(r => r.notices), pages: results.flatMap(r => r.pages), complete: results.every(r => r.complete) };
  };
  const failure = async (work: Promise<unknown>): Promise<SourceError> => {
    const error = await work.then(() => null, (e: unknown) => e);
    expect(error).toBeInstanceOf(SourceError);
    return error as SourceError;
  };

  describe(`connector ${name}`, () => {
    afterEach(async () => { for (const running of open.splice(0)) await running.close(); });

    describe('health names what is wrong', () => {
      it('is green against a working source', async () => {
        const { connector, context } = build(contract.settings((await upstream()).url));
        const health = await connector.health(context);
        expect(health).toMatchObject({ ok: true });
        expect(health.checks.length).toBeGreaterThan(0);
      });
      it('URL: nothing listens there', async () => {
        const running = await upstream();
        await running.close();
        const { connector, context } = build(contract.settings(running.url));
        const health = await connector.health(context);
        expect(health.ok).toBe(false);
        expect(health.message).toContain(`127.0.0.1:${running.port}`);
        expect(health.message).toMatch(/refused/i);
      });
      it('URL: a login page instead of the API', async () => {
        const running = await upstream();
        running.traps.html = true;
        const { connector, context } = build(contract.settings(running.url));
        expect((await connector.health(context)).message).toMatch(/HTML|login page/i);
      });
      it.each([['expired', Date.UTC(2021, 0, 1), /expired/i], ['self-signed', Date.UTC(2090, 0, 1), /self-signed|not trusted|authority/i]] as const)('TLS: %s certificate', async (_what, notAfter, said) => {
        const tls = certificate({ cn: 'demo', notAfter });
        const running = await upstream(smallWorld(), { tls });
        // Trusted when expired, so that only the date is wrong.
        const { connector, context } = build({ ...contract.settings(running.url), ...(_what === 'expired' ? { ca: tls.cert } : {}) });
        const health = await connector.health(context);
        expect(health.ok).toBe(false);
        expect(health.message).toMatch(said);
      });
      it('key: rejected, and the key is in no message', async () => {
        const running = await upstream();
        const secret = 'canary-wrong-secret';
        const { connector, context } = build(contract.settings(running.url), { secrets: { ...contract.secrets, secret } });
        const health = await connector.health(context);
        expect(health.ok).toBe(false);
        expect(health.message).toMatch(/401|key|password|token|credential/i);
        expect(JSON.stringify(health)).not.toContain(secret);
      });
      it('permission: forbidden', async () => {
        const running = await upstream();
        running.traps.forbidden = true;
        const { connector, context } = build(contract.settings(running.url));
        const health = await connector.health(context);
        expect(health.ok).toBe(false);
        expect(health.message).toMatch(/permission|privilege|forbidden|may not|403/i);
      });
      it('mapping: a field that is not there', async () => {
        const { connector, context } = build(contract.missingField.change(contract.settings((await upstream()).url)));
        const health = await connector.health(context);
        expect(health.ok).toBe(false);
        expect(health.message).toMatch(contract.missingField.named);
      });
    });

    describe.each(contract.streams.map(s => [s.name, s] as const))('stream %s', (streamName, expected) => {
      it('full read gives every record once known, with deterministic ids', async () => {
        const world = smallWorld();
        const { connector, context } = build(contract.settings((await upstream(world)).url));
        const read = await full(connector, context, streamName);
        const wanted = [...new Set(expected.nativeIds(world))].sort();
        expect(wanted.length).toBeGreaterThan(0);
        if (expected.supersetAllowed) expect(read.ids).toEqual(expect.arrayContaining(wanted)); else expect(read.ids).toEqual(wanted);
        expect(read.complete).toBe(true);
        const stream = streamOf(connector, streamName);
        for (const row of read.rows) expect(row.id).toBe(`${connector.sourceId}:${stream.kind}:${row.nativeId}`);
      });
      it('paging edges: page sizes around the number of rows give the same rows', async () => {
        const running = await upstream();
        const raw = contract.settings(running.url);
        const once = build(raw);
        const reference = await full(once.connector, once.context, streamName);
        const n = reference.ids.length;
        for (const pageSize of new Set([1, 2, Math.max(1, n - 1), n, n + 1, Math.max(1, Math.floor(n / 2))])) {
          const { connector, context } = build(raw, { pageSize });
          expect({ pageSize, ids: (await full(connector, context, streamName)).ids }).toEqual({ pageSize, ids: reference.ids });
        }
      });
      it('resumes from any cursor after a stop, in a new process', async () => {
        const running = await upstream();
        const raw = contract.settings(running.url);
        const first = build(raw, { pageSize: 5 });
        const window = windowsOf(first.connector, streamName)[0]!;
        const all = await readAll(streamOf(first.connector, streamName), first.context, window);
        for (const stop of new Set([1, 2, all.pages.length - 1].filter(s => s >= 1 && s < all.pages.length))) {
          const before = build(raw, { pageSize: 5 });
          const head: string[] = [];
          let cursor: unknown = null;
          for (let i = 0; i < stop; i += 1) {
            const page = await streamOf(before.connector, streamName).read(before.context, window, cursor);
            head.push(...page.rows.map(r => r.nativeId));
            cursor = JSON.parse(JSON.stringify(page.cursor));
          }
          const after = build(raw, { pageSize: 5 });
          const tail = await readAll(streamOf(after.connector, streamName), after.context, window, cursor);
          expect([...new Set([...head, ...tail.ids])].sort()).toEqual(all.ids);
          expect(tail.ids.length).toBeLessThan(all.ids.length + (all.pages.length > 1 ? 0 : 1));
        }
      });
      it('incremental read gives what changed since, and less than all', async () => {
        const { connector, context } = build(contract.settings((await upstream()).url));
        const stream = streamOf(connector, streamName);
        if (stream.mode !== 'time') return;
        const all = await full(connector, context, streamName);
        const times = all.rows.map(r => r.changed).sort((a, b) => a - b);
        const from = times[Math.floor(times.length * 0.6)] as number;
        const since = await readAll(stream, context, { from, to: NOW });
        expect(since.ids).toEqual(expect.arrayContaining(all.rows.filter(r => r.changed >= from).map(r => r.nativeId)));
        if (times[0]! < from) expect(since.ids.length).toBeLessThan(all.ids.length);
      });
      it('zero rows: an empty source is a complete, empty page', async () => {
        const { connector, context } = build(contract.settings((await upstream(emptyWorld())).url));
        const read = await full(connector, context, streamName);
        expect(read.rows).toEqual([]);
        expect(read.complete).toBe(true);
      });
      it('stores no person, though the source names one in its records', async () => {
        const running = await upstream(smallWorld(), { capture: true });
        const { connector, context } = build(contract.settings(running.url));
        const read = await full(connector, context, streamName);
        const kept = JSON.stringify(read.pages).toLowerCase();
        for (const needle of personNeedles()) expect(kept).not.toContain(needle);
        if (streamOf(connector, streamName).kind !== 'observation') expect(personNeedles().some(needle => running.sent.join('\n').toLowerCase().includes(needle))).toBe(true);
      });
      it('trap: 429 with Retry-After is waited for and retried', async () => {
        const running = await upstream();
        const { connector, context } = build(contract.settings(running.url));
        Object.assign(running.traps, { failNext: 2, failStatus: 429, retryAfter: '3' });
        const window = windowsOf(connector, streamName)[0]!;
        expect((await readAll(streamOf(connector, streamName), context, window)).complete).toBe(true);
        expect(context.slept.filter(ms => ms >= 3_000).length).toBeGreaterThanOrEqual(2);
      });
      it('trap: a reset connection is retried', async () => {
        const running = await upstream();
        running.traps.resetNext = 1;
        const { connector, context } = build(contract.settings(running.url));
        expect((await readAll(streamOf(connector, streamName), context, windowsOf(connector, streamName)[0]!)).complete).toBe(true);
      });
      it.each(['{}', '[]', 'null', '"ok"', ''])('trap: %j with status 200 instead of what belongs there is a failure, not an empty source', async body => {
        const running = await upstream();
        running.traps.foreign = { path: '', body };
        const { connector, context } = build(contract.settings(running.url));
        const error = await failure(readAll(streamOf(connector, streamName), context, windowsOf(connector, streamName)[0]!));
        expect(error).toMatchObject({ code: 'body', source: connector.sourceId });
        expect(error.remedy.length).toBeGreaterThan(10);
      });
      it.each([['html', 'not_json'], ['unauthorized', 'unauthorized'], ['forbidden', 'forbidden']] as const)('trap: %s ends in an error a person can act on', async (trap, code) => {
        const running = await upstream();
        running.traps[trap] = true;
        const { connector, context } = build(contract.settings(running.url));
        const error = await failure(readAll(streamOf(connector, streamName), context, windowsOf(connector, streamName)[0]!));
        expect(error).toMatchObject({ code, source: connector.sourceId });
        expect(error.remedy.length).toBeGreaterThan(10);
        if (contract.secrets.secret) expect(error.message).not.toContain(contract.secrets.secret);
      });
    });

    if (contract.defaultDisposition) {
      const { value, stream } = contract.defaultDisposition;
      it('a default disposition is no verdict', async () => {
        const raw = contract.settings((await upstream()).url);
        type Verdict = { sourceDisposition: string | null; disposition: string | null };
        const plain = build(raw);
        const before = (await full(plain.connector, plain.context, stream)).rows as unknown as Verdict[];
        expect(before.some(r => r.sourceDisposition === value && r.disposition !== null)).toBe(true);
        const { connector, context } = build({ ...raw, maps: { ...(raw.maps as object | undefined), disposition: { [value]: null } } });
        const after = (await full(connector, context, stream)).rows as unknown as Verdict[];
        expect(after.some(r => r.sourceDisposition === value)).toBe(true);
        for (const row of after) if (row.sourceDisposition === value) expect(row.disposition).toBeNull();
      });
    }
    if (contract.unknownValue) {
      const { change, world, stream, notice } = contract.unknownValue;
      it('an unknown value is kept and counted', async () => {
        const running = await upstream(world ? world(smallWorld()) : smallWorld());
        const { connector, context } = build(change(contract.settings(running.url)));
        const read = await full(connector, context, stream);
        const counted = read.notices.filter(n => notice.test(n.code));
        expect(counted.reduce((sum, n) => sum + n.count, 0)).toBeGreaterThan(0);
        expect(counted.every(n => n.count > 0)).toBe(true);
        expect(read.rows.length).toBeGreaterThan(0);
      });
    }
  });
}
