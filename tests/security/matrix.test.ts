/** That every row of the security contract has its test, named after it, and that the rows are the contract's. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../contract/host/plugin-process';
import { ROWS } from './support/matrix';

test('each of the sixteen rows has exactly one file, which names it', () => {
  const files = readdirSync(__dirname).filter(f => /^\d\d-.*\.test\.ts$/.test(f)).sort();
  expect(files.map(f => Number(f.slice(0, 2)))).toEqual(ROWS.map((_, i) => i + 1));
  for (const [i, file] of files.entries()) expect(readFileSync(join(__dirname, file), 'utf8')).toContain(`securityRow(${i + 1},`);
  console.log(['Security contract', ...files.map((f, i) => `${String(i + 1).padStart(2)}  ${ROWS[i]} → tests/security/${f}`)].join('\n'));
});

const contract = join(ROOT, '..', 'shared', 'design', 'security.md');
const withContract = existsSync(contract) ? test : test.skip;
if (!existsSync(contract)) console.log('The security contract is not beside this checkout: its rows are not compared.');
withContract('the rows are those of the contract, word for word', () => {
  const rows = readFileSync(contract, 'utf8').split('\n').flatMap(line => /^\| (\d+) \| ([^|]+) \|/.exec(line)?.[2]?.trim() ?? []);
  expect(rows).toEqual([...ROWS]);
});
