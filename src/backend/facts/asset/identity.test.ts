import { rowId, type AssetRow, type Identifier } from '../../../model';
import { identifierKey, placeholderSet } from './identity';
import { mergeRecords } from './merge';

/** metrics.md §1, Asset and Match: what many machines share joins nothing and matches nothing. */
const none = placeholderSet([]);
const mac = (value: string): Identifier => ({ type: 'mac', value });
const key = (value: string, extra = none) => identifierKey(mac(value), extra);

test.each(['00:50:B6:01:02:03', '00-0e-c6-01-02-03', '00E0.4C01.0203', '8c:ae:4c:01:02:03', '3c18a0010203', '48:65:0E:01:02:03'])('the adapter of a docking station names no machine: %s', address => {
  expect(key(address)).toBeNull();
});
test('a MAC is one whatever its punctuation; the vendor is told by its beginning alone', () => {
  expect(['AC:DE:48:00:50:B6', 'ac-de-48-00-50-b6', 'acde.4800.50b6'].map(a => key(a))).toEqual(Array(3).fill('mac:acde480050b6'));
  expect([key('ac:de:48:00:50'), key('ff:ff:ff:ff:ff:ff'), key('ac:de:48:00:50:b6', placeholderSet(['AC-DE-48-00-50-B6']))]).toEqual([null, null, null]);
});

test('two registries that list two laptops under the MAC of one docking station speak of two machines; under a MAC of their own, of one', () => {
  const record = (source: string, address: string): AssetRow => ({
    id: rowId(source, 'asset', 'a'), source, nativeId: 'a', url: null, changed: 1, gone: null, name: `laptop of ${source}`, kind: 'endpoint', role: 'workstation', hostname: `${source}-laptop`, fqdn: null, identifiers: [mac(address)], addresses: [],
    prefix: null, vrf: null, container: false, sourceClient: null, client: 'acme', criticality: null, group: null, sourceStatus: null, registeredAt: 0, retiredAt: null, exclusion: null,
  });
  const machines = (address: string) => mergeRecords([record('cmdb', address), record('nb', address)], { rank: [], placeholders: [] }).length;
  expect([machines('00:50:b6:01:02:03'), machines('ac:de:48:01:02:03')]).toEqual([2, 1]);
});
