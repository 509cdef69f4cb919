import { DAY, MINUTE } from '../../model';
import { SourceError } from '../connectors/http/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import { fresh, T0 } from './testing/fresh';
import type { GeneratorOptions } from './testing/generator';
import { runnerOf, testSettings } from './testing/harness';

/**
 * A stream calls itself current only when what its rows mean stands on the panels: looked at before every page of every stream, in the
 * store (what sources.status reads) and in the live status (what notices, stream and editor read).
 */
jest.setTimeout(60_000);
const at = fresh();
const { now } = at;

const world = (given: Partial<GeneratorOptions>): GeneratorOptions => ({ source: 'siem', alerts: 0, tickets: 0, until: T0, pageSize: 50, ...given });
interface Stored { readonly source: string; readonly stream: string; readonly kind: string; readonly current: boolean; readonly progress: number }
const stored = () => at.store.query<Stored>(sql`select source, stream, cast(kind as varchar) as kind, "current", progress from ${table('stream_state')} order by source, stream`);

/**
 * Rows of each stream's kind and source whose facts are missing, beside what the stream says of itself: one statement sees one state of the
 * store, and a page may be committed while the next is read.
 */
interface Looked extends Stored { readonly missing: number }
const looked = () => at.store.query<Looked>(sql`select s.source, s.stream, cast(s.kind as varchar) as kind, s."current", s.progress, case cast(s.kind as varchar)
    when 'alert' then (select count(*) from ${table('alert')} a where starts_with(a.id, s.source || ':') and a.settings_version is null)
    when 'ticket' then (select count(*) from ${table('ticket')} t where starts_with(t.id, s.source || ':') and t.settings_version is null)
    when 'asset' then (select count(*) from ${table('asset_record')} r where starts_with(r.id, s.source || ':') and not exists (select 1 from ${table('asset')} x where x.asset_key = r.asset_key))
    -- Every day of telemetry that was read up to yesterday lies in spans of the assets known by then.
    else (select count(*) from ${table('source_day')} d join ${table('dim_source')} n on n.source_key = d.source_key where n.id = s.source
      and d.day < ${Math.floor(T0 / DAY)} and exists (select 1 from ${table('asset')}) and not exists (select 1 from ${table('coverage_day')} c where c.day = d.day)) end as missing
  from ${table('stream_state')} s order by s.source, s.stream`);
/** What the engine caught as a failure of its source is this test's to tell. */
const wrong = (rows: readonly Looked[]): string[] => rows.filter(s => s.current && s.missing > 0).map(s => `${s.source} ${s.stream} is called current with ${s.missing} rows without facts`);

/** Runs once and looks before every page; returns the streams seen as read to their present and not yet current. */
async function watched(worlds: readonly GeneratorOptions[], gather = 1): Promise<string[]> {
  const waited = new Set<string>();
  const lies: string[] = [];
  let looks = 0;
  const look = async (): Promise<void> => {
    looks++;
    const rows = await looked();
    lies.push(...wrong(rows));
    for (const s of rows) if (!s.current && s.progress === 1) waited.add(`${s.source} ${s.stream}`);
  };
  const runner = await runnerOf(at.store, worlds.map(w => ({ ...w, before: async (...asked) => { await w.before?.(...asked); await look(); } })), { now, gather });
  try {
    await runner.once();
    await look();
    expect(lies).toEqual([]);
    expect(looks).toBeGreaterThan(10);
    expect((await stored()).filter(s => !s.current)).toEqual([]);
    expect(runner.status().streams.filter(s => !s.current)).toEqual([]);
  } finally { await runner.stop(); }
  return [...waited];
}

test('alerts read to their end wait for the tickets that quote them', async () => {
  const waited = await watched([world({ alerts: 60, days: 80 }), world({ source: 'desk', tickets: 240, alerts: 60, days: 85, pageSize: 10 })]);
  expect(waited).toContain('siem alerts');
});

test('assets read while telemetry loads wait for the flush that judges them', async () => {
  const waited = await watched([world({ source: 'cmdb', assets: 30 }), world({ source: 'scanner', assets: 120, pageSize: 10 }), world({ source: 'edr', hosts: 15 })]);
  expect(waited.length).toBeGreaterThan(0);
});

test('nothing changes for a stream that fails: it is not waited for, and is current once it is read', async () => {
  const down = world({ source: 'desk', alerts: 60, tickets: 40, before: () => { throw new SourceError('refused', 'desk', 'desk refuses the connection.', 'Start it.'); } });
  const runner = await runnerOf(at.store, [world({ alerts: 60 }), down], { now });
  await runner.once();
  expect(runner.status().streams.map(s => [s.source, s.stream, s.current])).toEqual([['siem', 'alerts', true], ['siem', 'tickets', true], ['desk', 'alerts', false], ['desk', 'tickets', false]]);
  await runner.stop();
  at.clock += MINUTE;
  await watched([world({ alerts: 60 }), world({ source: 'desk', alerts: 60, tickets: 40 })]);
});

test('after a restart what was current is: no first load is announced', async () => {
  const worlds = [world({ alerts: 60, tickets: 40 }), world({ source: 'cmdb', assets: 20 }), world({ source: 'edr', hosts: 20 })];
  await watched(worlds);
  at.clock += MINUTE;
  const again = await runnerOf(at.store, worlds, { now });
  expect(again.status().streams.filter(s => !s.current)).toEqual([]);
  await again.stop();
});

test('a longer history is a first load again: the stream is not current until the older rows have their facts', async () => {
  const settings = testSettings(['siem']);
  const sized = (days: number) => ({ ...settings, sources: settings.sources.map(s => ({ ...s, historyDays: days })) });
  const first = await runnerOf(at.store, [world({ alerts: 120, tickets: 30 })], { now, settings: sized(20) });
  await first.once();
  await first.stop();
  at.clock += MINUTE;
  let seen = 0;
  const lies: string[] = [];
  const before = async (): Promise<void> => {
    const rows = await looked();
    lies.push(...wrong(rows));
    seen += rows.filter(s => s.missing > 0).length;
  };
  const longer = await runnerOf(at.store, [world({ alerts: 120, tickets: 30, before })], { now, settings: sized(90) });
  await longer.once();
  await longer.stop();
  expect(lies).toEqual([]);
  expect(seen).toBeGreaterThan(0);
  expect((await stored()).filter(s => !s.current)).toEqual([]);
});
