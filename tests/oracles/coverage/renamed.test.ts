import type { ObservationRow } from '../../../src/model';
import { coverageUnregisteredQuery } from '../../../src/backend/metrics/coverage/unregistered';
import { asset, seen } from '../../worlds/coverage';
import { agent, at, estate, MONDAY, open, states } from './june';

/** Days keep what registries said then, also of names (docs/adr/055). */
const sight = (day: number, from: number, to: number, given: Partial<ObservationRow>): ObservationRow => seen('edr', 'agent_events', MONDAY + day, at(day, from), at(day, to), given);
describe('a server renamed on Thursday noon, whose name another machine has from Saturday on', () => {
  const RENAMED = at(3, 12);
  const GIVEN = at(5);
  const m = { identifiers: agent('a1') };
  const records = [asset('nb', 'm', { ...m, hostname: 'old' }), asset('nb', 'm', { ...m, hostname: 'new', changed: RENAMED }), asset('nb', 'spare', { hostname: 'spare' }), asset('nb', 'spare', { hostname: 'old', changed: GIVEN })];
  const rows = [
    ...[-2, -1, 0, 1, 2].map(d => sight(d, 1, 21, { hostname: 'old' })), sight(3, 1, 10, { hostname: 'old' }), sight(3, 13, 21, { hostname: 'new' }), ...[4, 5, 6].map(d => sight(d, 1, 21, { hostname: 'new' })),
    // On Friday something else calls itself so: nobody's name then. From Saturday on it is the spare's.
    sight(4, 2, 3, { hostname: 'old' }), ...[5, 6].map(d => sight(d, 2, 20, { hostname: 'old' })),
  ];
  // m: evidence at 21:00 of each day, an hour before the local day ends. spare: its first sighting as "old" that is its own is Saturday's; Friday's is 43 hours old by Saturday's end and was not its own.
  const M = Array.from({ length: 7 }, () => 'covered');
  const SPARE = ['absent', 'absent', 'absent', 'absent', 'absent', 'covered', 'covered'];

  test('is covered on every day; what bore its name later does not take its days, nor it that one\'s', async () => {
    await open(records, rows);
    expect([await states('nb:asset:m'), await states('nb:asset:spare')]).toEqual([M, SPARE]);
  });

  test('is covered as before when another registry comes to list it, and in whatever order its versions arrive', async () => {
    await open([records[1]!, records[3]!], rows);
    // The present alone is known, and holds from ever: "new" was first seen on Thursday, "old" always.
    expect([await states('nb:asset:m'), await states('nb:asset:spare')]).toEqual([['absent', 'absent', 'absent', 'covered', 'covered', 'covered', 'covered'], M]);
    await estate.assets([records[2]!]);
    await estate.assets([records[0]!]);
    await estate.flush();
    expect([await states('nb:asset:m'), await states('nb:asset:spare')]).toEqual([M, SPARE]);
    await estate.assets([asset('cmdb', 'm', { ...m, hostname: 'new' })]);
    await estate.flush();
    expect([await states('nb:asset:m'), await states('nb:asset:spare')]).toEqual([M, SPARE]);
    const dump = await estate.dump();
    await estate.rebuild();
    expect(await estate.dump()).toEqual(dump);
  });

  test('a host is a stranger while nobody bears its name', async () => {
    await open(records, rows.filter(r => r.hostname !== 'old' || r.day < MONDAY + 5));
    // Last seen on Friday, between the renaming and the other machine's: old, which no registry knew then.
    const list = (await coverageUnregisteredQuery.run(estate.reader(), estate.request({ range: { from: at(4), to: at(7) } }))).rows;
    expect(list.map(r => r.name)).toEqual(['old']);
  });
});

test('two records of one machine that a registry tells apart on Thursday: one asset until then, two from then on', async () => {
  const APART = at(3);
  await open(
    [asset('nb', 'm', { hostname: 'm', identifiers: agent('a1') }), asset('cmdb', 's', { hostname: 'm', identifiers: agent('a1') }), asset('cmdb', 's', { hostname: 's', identifiers: agent('a2'), changed: APART })],
    [...[-2, -1, 0, 1, 2, 3, 4, 5, 6].map(d => sight(d, 1, 21, { identifiers: agent('a1'), hostname: 'm' })), ...[4, 5, 6].map(d => sight(d, 1, 21, { identifiers: agent('a2'), hostname: 's' }))],
  );
  // s begins on Thursday, 00:00 UTC, 22 hours before that day ends here, and is first seen on Friday. Both records bore "a1" before: held by one asset, it made nobody ambiguous.
  expect(await states('nb:asset:m')).toEqual(Array.from({ length: 7 }, () => 'covered'));
  expect(await states('cmdb:asset:s')).toEqual([null, null, null, 'absent', 'covered', 'covered', 'covered']);
});

test('two records that become one machine on Thursday: the days before stay with each, dates and class included', async () => {
  const JOINED = at(3);
  const s = { hostname: 's', registeredAt: at(-30), criticality: 'high' };
  await open(
    [asset('nb', 'm', { hostname: 'm', identifiers: agent('a1'), registeredAt: at(1, -2) }), asset('cmdb', 's', { ...s, identifiers: agent('a2') }), asset('cmdb', 's', { ...s, identifiers: agent('a1'), changed: JOINED })],
    [-2, -1, 0, 1, 2, 3, 4, 5, 6].map(d => sight(d, 1, 21, { identifiers: agent('a2') })),
  );
  // m was registered with the beginning of Tuesday, and nothing named a1. s was seen as a2 until it was a1: its last sighting on Wednesday 21:00 is the asset's of before.
  expect(await states('nb:asset:m')).toEqual([null, 'absent', 'absent', 'absent', 'absent', 'absent', 'absent']);
  // Wednesday ends for it at 22:00; the two hours of Thursday until 00:00 UTC are judged at their end, three hours after its last sighting.
  expect(await states('cmdb:asset:s')).toEqual(['covered', 'covered', 'covered', 'covered', null, null, null]);
  // The class is the joined records' from then on, and m's own before: nobody gave m a criticality.
  const of = (await estate.days()).filter(d => d.asset === 'asset:nb:asset:m' && d.day >= MONDAY).sort((a, b) => a.day - b.day);
  expect(of.map(d => d.criticality)).toEqual([null, null, 'high', 'high', 'high', 'high']);
});
