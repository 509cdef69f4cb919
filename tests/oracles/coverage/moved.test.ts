import type { AssetRow, ObservationRow } from '../../../src/model';
import { asset, seen } from '../../worlds/coverage';
import { agent, at, estate, MONDAY, open as openUntil, states } from './june';

/** Records that go from one client to another (docs/adr/020, 059). Read to day 7, so that day 6 is complete in New York too. */
const open = (assets: readonly AssetRow[], rows: readonly ObservationRow[]): Promise<void> => openUntil(assets, rows, 7);
const days = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('a record that comes from another client with an agent id held here already: the days before stay as they were', async () => {
  // Thursday, 00:00 in New York. A second record of the leading registry holds "clone" from then on, and it joins nothing any more.
  const MOVED = at(3, 4);
  await open([
    asset('nb', 'n2', { client: 'york', hostname: 'h2', identifiers: agent('clone') }), asset('cmdb', 'c2', { client: 'york', hostname: 'c2', identifiers: agent('clone') }),
    asset('nb', 'n5', { client: 'berlin', hostname: 'h5', identifiers: agent('clone') }), asset('nb', 'n5', { client: 'york', hostname: 'h5', identifiers: agent('clone'), changed: MOVED }),
  ], days(-2, 7).map(d => seen('edr', 'agent_events', MONDAY + d, at(d, 6), at(d, 21), { client: 'york', hostname: d < 3 ? 'c2' : 'h2' })));
  // Until Thursday c2 names the asset of both records, then h2 the one of its own.
  expect(await states('nb:asset:n2')).toEqual(Array.from({ length: 7 }, () => 'covered'));
  expect(await states('cmdb:asset:c2')).toEqual([null, null, null, 'absent', 'absent', 'absent', 'absent']);
  expect(await states('nb:asset:n5')).toEqual([null, null, null, 'absent', 'absent', 'absent', 'absent']);
  // In Berlin it ends at 06:00 on Thursday, local time.
  expect(await states(`nb:asset:n5@${MOVED}`)).toEqual(['absent', 'absent', 'absent', 'absent', null, null, null]);
  const rows = await estate.assetsById();
  expect(rows).toMatchObject({
    [`asset:nb:asset:n5@${MOVED}`]: { began: null, ended: 'moved_client', to: MOVED }, 'asset:nb:asset:n5': { began: 'moved_client', ended: null, from: MOVED, to: null },
    'asset:nb:asset:n2': { began: null, ended: null, from: 0, to: null }, 'asset:cmdb:asset:c2': { began: null, ended: null, from: MOVED, to: null },
  });
});

test('a second registry keeps a machine that the leading one moved away: its record goes on under its own id', async () => {
  const MOVED = at(3);
  const m = { hostname: 'm', identifiers: agent('a1') };
  await open([asset('nb', 'm', { ...m, client: 'berlin' }), asset('nb', 'm', { ...m, client: 'york', changed: MOVED }), asset('cmdb', 'c', { ...m, client: 'berlin' })],
    days(-2, 7).map(d => seen('edr', 'agent_events', MONDAY + d, at(d, 6), at(d, 21), { client: 'berlin', ...m })));
  // Telemetry stays Berlin's. New York has a machine it never saw; Berlin goes on with what its other registry lists.
  expect(await states(`nb:asset:m@${MOVED}`)).toEqual(['covered', 'covered', 'covered', 'covered', null, null, null]);
  // It is the asset from Thursday 00:00 UTC on, and was seen on that day.
  expect(await states('cmdb:asset:c')).toEqual([null, null, null, 'covered', 'covered', 'covered', 'covered']);
  // Its first hours here are the end of Wednesday in New York: from 20:00 on.
  expect(await states('nb:asset:m')).toEqual([null, null, 'absent', 'absent', 'absent', 'absent', 'absent']);
  expect(await estate.assetsById()).toMatchObject({ [`asset:nb:asset:m@${MOVED}`]: { ended: 'moved_client', to: MOVED }, 'asset:cmdb:asset:c': { began: null, from: MOVED } });
});

const flow = (day: number, client = 'berlin'): ObservationRow => seen('flows', 'flow', MONDAY + day, at(day, 6), at(day, 21), { client, address: '10.1.0.5' });
const net = (id: string, given: Partial<AssetRow>): AssetRow => asset('nb', id, { kind: 'network_segment', role: null, client: 'berlin', ...given });

test('a network that went to another client and came back is seen again', async () => {
  const zero = { prefix: '10.1.0.0/24' };
  await open([net('zero', zero), net('zero', { ...zero, client: 'york', changed: at(1, 22) }), net('zero', { ...zero, criticality: 'high', changed: at(3, 22) })], days(-2, 7).map(d => flow(d)));
  // Away from Wednesday, 00:00 in Berlin, to Friday, 00:00. Flows of Berlin are no evidence of what is New York's.
  expect(await states(`nb:asset:zero@${at(1, 22)}`)).toEqual(['covered', 'covered', null, null, null, null, null]);
  // Tuesday 18:00 in New York to Thursday 18:00.
  expect(await states(`nb:asset:zero@${at(3, 22)}`)).toEqual([null, 'absent', 'absent', 'absent', null, null, null]);
  expect(await states('nb:asset:zero')).toEqual([null, null, null, null, 'covered', 'covered', 'covered']);
});

test('a network given up on Wednesday evening and registered anew with the same prefix on Friday: each has the flows of its time', async () => {
  await open([net('old', { prefix: '10.1.0.0/24', retiredAt: at(2, 22) }), net('new', { prefix: '10.1.0.0/24', registeredAt: at(3, 22) })], days(-2, 7).map(d => flow(d)));
  expect(await states('nb:asset:old')).toEqual(['covered', 'covered', 'covered', null, null, null, null]);
  expect(await states('nb:asset:new')).toEqual([null, null, null, null, 'covered', 'covered', 'covered']);
});

test('addresses of a network that was given up fall to the network around it', async () => {
  await open([net('all', { prefix: '10.1.0.0/16' }), net('zero', { prefix: '10.1.0.0/24', retiredAt: at(2, 22) })], days(-2, 7).map(d => flow(d)));
  expect(await states('nb:asset:zero')).toEqual(['covered', 'covered', 'covered', null, null, null, null]);
  // No active child: an asset from ever, as the registry stands now; what flowed in its part until Wednesday was seen there.
  expect(await states('nb:asset:all')).toEqual(['absent', 'absent', 'absent', 'covered', 'covered', 'covered', 'covered']);
});

test('a network whose part moved to another client is one itself from then on, and was none before', async () => {
  await open([net('all', { prefix: '10.1.0.0/16' }), net('zero', { prefix: '10.1.0.0/24' }), net('zero', { prefix: '10.1.0.0/24', client: 'york', changed: at(2, 22) })], days(-2, 7).map(d => flow(d)));
  expect(await states('nb:asset:all')).toEqual([null, null, null, 'covered', 'covered', 'covered', 'covered']);
});
