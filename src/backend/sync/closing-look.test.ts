import { SourceError } from '../connectors/http/port';
import { sql } from '../store/sql';
import { table } from '../store/table';
import type { SyncRunner } from './runner';
import { fresh, T0 } from './testing/fresh';
import type { GeneratorOptions } from './testing/generator';
import { runnerOf } from './testing/harness';

/** Months that closed are frozen as soon as everything is read: no tick of the clock comes in these tests, because no sleep of a second or more ends by itself. */
jest.setTimeout(60_000);
const at = fresh();
const { now } = at;
const world = (given: Partial<GeneratorOptions>): GeneratorOptions => ({ source: 'siem', alerts: 0, tickets: 0, until: T0, pageSize: 50, ...given });
const worlds = (desk: Partial<GeneratorOptions> = {}): GeneratorOptions[] => [world({ alerts: 120, days: 70 }), world({ source: 'desk', tickets: 60, alerts: 120, days: 70, ...desk }), world({ source: 'edr', hosts: 20 }), world({ source: 'cmdb', assets: 20 })];
const never = (ms: number, signal: AbortSignal): Promise<void> => new Promise(resolve => { if (signal.aborted || ms < 1_000) resolve(); else signal.addEventListener('abort', () => resolve(), { once: true }); });
const frozen = async () => (await at.store.query<{ part: string; months: number }>(sql`select part, count(distinct month) as months from ${table('reported_part')} where frozen_at is not null group by part order by part`)).map(r => [r.part, r.months]);
async function until(runner: SyncRunner, when: () => boolean): Promise<void> { while (!when()) await runner.changed(new AbortController().signal); }

test('the first look comes when the last stream is current, and the status tells when it has ended', async () => {
  const runner = await runnerOf(at.store, worlds(), { now, sleep: never });
  try {
    expect(runner.status().closing).toBe(true);
    runner.start();
    await until(runner, () => !runner.status().closing);
    expect(runner.status().streams.filter(s => !s.current)).toEqual([]);
    // January and February 2026, closed on 5 March; telemetry reaches back into February only.
    expect(await frozen()).toEqual([['coverage', 1], ['verdicts', 2]]);
  } finally { await runner.stop(); }
  // A process that finds everything read looks once, and finds nothing left.
  const again = await runnerOf(at.store, worlds(), { now, sleep: never });
  try {
    again.start();
    await until(again, () => !again.status().closing);
    expect(await frozen()).toEqual([['coverage', 1], ['verdicts', 2]]);
  } finally { await again.stop(); }
});

test('a source that fails holds up what rests on it, and not the look', async () => {
  let fails = true;
  const lost = (): void => { if (fails) throw new SourceError('http', 'desk', 'does not answer.', 'Check the address.'); };
  const runner = await runnerOf(at.store, worlds({ before: lost }), { now, sleep: never });
  try {
    runner.start();
    await until(runner, () => !runner.status().closing);
    expect(runner.status().streams.filter(s => s.error !== null).map(s => s.source)).toContain('desk');
    expect(await frozen()).toEqual([['coverage', 1]]);
    // It is mended: the next run reads it, and another look is due.
    fails = false;
    await runner.once();
    expect(runner.status().closing).toBe(false);
    expect(await frozen()).toEqual([['coverage', 1], ['verdicts', 2]]);
  } finally { await runner.stop(); }
});
