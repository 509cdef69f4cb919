/** Dates of documents as the cluster reads them: what names no zone is UTC there, whatever the zone of the machine that reads it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const FIELDS = join(__dirname, '../../../src/backend/connectors/elasticsearch/fields.ts');
const CASES: readonly (readonly [string | number, string | null])[] = [
  ['2026-07-01T10:00:00.123Z', '2026-07-01T10:00:00.123Z'], ['2026-07-01T10:00:00+0200', '2026-07-01T08:00:00.000Z'], ['2026-07-01T10:00:00', '2026-07-01T10:00:00.000Z'],
  ['2026-07-01 10:00:00', '2026-07-01T10:00:00.000Z'], ['2026-07-01 10:00:00.5', '2026-07-01T10:00:00.500Z'], ['2026/07/01 10:00:00', '2026-07-01T10:00:00.000Z'], ['2026/07/01', '2026-07-01T00:00:00.000Z'],
  ['2026/07/01 10:00:00 +0200', '2026-07-01T08:00:00.000Z'], ['2026-07-01', '2026-07-01T00:00:00.000Z'], ['2026-07', '2026-07-01T00:00:00.000Z'], ['2026-07-01T10:00:00.123456789Z', '2026-07-01T10:00:00.123Z'],
  [1782900000000, '2026-07-01T10:00:00.000Z'], ['1782900000000', '2026-07-01T10:00:00.000Z'], ['Jul 1 2026 10:00', null], ['2026-02-30 10:00:00', null], ['soon', null],
  ['2026-02-30T10:00:00Z', null], ['2025-02-29T10:00:00.5+02:00', null], ['2028-02-29T10:00:00Z', '2028-02-29T10:00:00.000Z'], ['2026-12-31T23:00:00-0200', '2027-01-01T01:00:00.000Z'],
];

it.each(['UTC', 'America/New_York', 'Pacific/Auckland'])('on a machine in %s', zone => {
  const code = `import(${JSON.stringify(FIELDS)}).then(m => m.default ?? m).then(({ dateIn }) => console.log(JSON.stringify(${JSON.stringify(CASES)}.map(([at]) => dateIn({ at }, 'at')))))`;
  const said = execFileSync(process.execPath, ['--import', 'tsx', '-e', code], { env: { ...process.env, TZ: zone }, cwd: join(__dirname, '../../..'), encoding: 'utf8' });
  const read = JSON.parse(said) as { ms: number | null; broken: string | null }[];
  expect(read.map(({ ms }, i) => [CASES[i]![0], ms === null ? null : new Date(ms).toISOString()])).toEqual(CASES);
  expect(read.filter(({ ms }) => ms === null).every(({ broken }) => broken !== null)).toBe(true);
});
