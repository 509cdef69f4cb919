import { FairTurns, PATIENCE, PAUSE } from './fair';

/** Turns with a clock of the test's own; a query ends when the test says so. */
function turnsWith({ fill = 1 } = {}) {
  let now = 0;
  const timers: { at: number; run: () => void }[] = [];
  const turns = new FairTurns({ slots: 3, perOrganisation: 1, waiting: 500, fill }, { now: () => now, later: (ms, run) => { timers.push({ at: now + ms, run }); } });
  const running: { org: string; end: () => void }[] = [];
  const ids: Record<string, number> = { noisy: 7, quiet: 8, other: 9 };
  const settle = () => new Promise<void>(done => setImmediate(done));
  return {
    timers,
    orgs: () => running.map(r => r.org),
    async ask(org: string, n = 1) { for (let i = 0; i < n; i++) void turns.run(ids[org]!, () => new Promise<void>(end => running.push({ org, end }))); await settle(); },
    async end(org: string) { running.splice(running.findIndex(r => r.org === org), 1)[0]!.end(); await settle(); },
    async pass(ms: number) { now += ms; for (const t of timers.splice(0).filter(t => t.at > now || (t.run(), false))) timers.push(t); await settle(); },
  };
}

test('a noisy organisation begins nothing while a neighbour that asks little is answered', async () => {
  const at = turnsWith();
  await at.ask('quiet');
  await at.end('quiet');
  await at.ask('noisy', 100);
  expect(at.orgs()).toEqual(['noisy']);
  await at.ask('quiet');
  expect(at.orgs()).toEqual(['noisy', 'quiet']);
  await at.end('noisy');
  expect(at.orgs()).toEqual(['quiet']);
  // The neighbour is answered, and may ask again in a moment; it does not: one of the hundred is begun.
  await at.end('quiet');
  await at.pass(PAUSE - 1);
  expect(at.orgs()).toEqual([]);
  await at.pass(1);
  expect(at.orgs()).toEqual(['noisy']);
  await at.ask('quiet');
  await at.end('quiet');
  await at.ask('quiet');
  await at.end('noisy');
  expect(at.orgs()).toEqual(['quiet']);
});

test('a slow question of the neighbour holds it no longer than its patience, query by query', async () => {
  const at = turnsWith();
  await at.ask('quiet');
  await at.ask('noisy', 100);
  // It has begun nothing yet: its first query waits for nobody.
  expect(at.orgs()).toEqual(['quiet', 'noisy']);
  await at.end('noisy');
  await at.pass(PATIENCE - 1);
  expect(at.orgs()).toEqual(['quiet']);
  await at.pass(1);
  expect(at.orgs()).toEqual(['quiet', 'noisy']);
  await at.end('noisy');
  await at.pass(PATIENCE);
  expect(at.orgs()).toEqual(['quiet', 'noisy']);
});

test('two that ask alike wait for each other no more than their share', async () => {
  const at = turnsWith();
  await at.ask('noisy', 30);
  await at.end('noisy');
  await at.ask('other', 20);
  for (let i = 0; i < 3; i++) while (at.orgs().filter(o => o === 'noisy').length > 1) await at.end('noisy');
  expect(at.orgs()).toEqual(['noisy', 'other']);
  await at.end('noisy');
  expect(at.orgs()).toEqual(['other', 'noisy']);
});

test('where the machine has room for both, nobody waits', async () => {
  const at = turnsWith({ fill: 3 });
  await at.ask('quiet');
  await at.ask('noisy', 100);
  await at.end('noisy');
  expect(at.orgs()).toEqual(['quiet', 'noisy']);
  expect(at.timers).toEqual([]);
});

test('what was cancelled while it waited is begun by no timer', async () => {
  let now = 0;
  const timers: (() => void)[] = [];
  const turns = new FairTurns({ slots: 3, perOrganisation: 1, waiting: 500, fill: 1 }, { now: () => now, later: (_ms, run) => { timers.push(run); } });
  const begun: string[] = [];
  let end = (): void => undefined;
  const work = (who: string) => () => { begun.push(who); return new Promise<void>(done => { end = done; }); };
  void turns.run(8, work('quiet'));
  const first = turns.run(7, work('first'));
  const abort = new AbortController();
  const waiting = ['second', 'third'].map(who => turns.run(7, work(who), abort.signal));
  await new Promise(done => setImmediate(done));
  end();
  await first;
  expect([begun, timers.length]).toEqual([['quiet', 'first'], 1]);
  abort.abort();
  expect((await Promise.allSettled(waiting)).map(w => w.status)).toEqual(['rejected', 'rejected']);
  now += PATIENCE;
  for (const run of timers) run();
  expect(begun).toEqual(['quiet', 'first']);
});
