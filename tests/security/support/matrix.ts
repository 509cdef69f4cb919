/** The sixteen threats of the security contract, the file that meets each, and the matrix that is printed when all have run. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDirectory } from '../../setup/processes';

export const ROWS = [
  'any query JSON from a viewer',
  'reading another client\'s data',
  'a client organisation\'s admin builds an own data source: wider scope, other workspace, own sources',
  'forged scope in body, variable, header',
  'no user (alert rules, public dashboards)',
  'viewer calls an admin route',
  'data source proxy',
  'a source URL that points inside (server-side request forgery), by redirect or DNS rebinding',
  'SQL to file or code',
  'exhaustion: huge ranges, tiny intervals, many panels',
  'hostile source response: deep JSON, decompression bomb, wrong types, 10⁶-char strings, `__proto__` keys',
  'markup in rule or asset names',
  'spreadsheet formulas in exports',
  'secrets in logs, errors, frames, the store, the package',
  'caches mixing organisations',
  'personal data about analysts',
] as const;

interface Outcome { readonly row: number; readonly passed: number; readonly failed: string[]; readonly skipped: string[]; readonly said: string[] }
const folder = (): string => { const path = join(runDirectory(), 'security'); mkdirSync(path, { recursive: true }); return path; };

export interface Row {
  /** A test of this row. */
  proves(what: string, test: () => Promise<void> | void, timeout?: number): void;
  /** A test that cannot run here, with the reason; it stands in the matrix. */
  skips(what: string, why: string): void;
  /** A line for the matrix: how many payloads, what was measured. */
  say(line: string): void;
}

/** The tests of one row, named after it. Their results go into the matrix. */
export function securityRow(row: number, body: (row: Row) => void): void {
  const outcome: Outcome = { row, passed: 0, failed: [], skipped: [], said: [] };
  let passed = 0;
  describe(`security ${row}: ${ROWS[row - 1]!}`, () => {
    body({
      proves: (what, run, timeout) => test(what, async () => {
        try { await run(); passed++; } catch (error) { outcome.failed.push(what); throw error; }
      }, timeout),
      skips: (what, why) => { outcome.skipped.push(`${what} (${why})`); test.skip(what, () => undefined); },
      say: line => { outcome.said.push(line); },
    });
    afterAll(() => {
      writeFileSync(join(folder(), `${String(row).padStart(2, '0')}.json`), JSON.stringify({ ...outcome, passed }));
      const all = readdirSync(folder()).filter(f => /^\d\d\.json$/.test(f)).sort();
      const outcomes = all.map(f => JSON.parse(readFileSync(join(folder(), f), 'utf8')) as Outcome);
      // Whoever finishes last prints the whole; until then each its own line.
      console.log(outcomes.length === ROWS.length ? ['Security matrix', ...outcomes.map(line)].join('\n') : line({ ...outcome, passed }));
    });
  });
}

const line = (o: Outcome): string =>
  `${String(o.row).padStart(2)}  ${o.failed.length > 0 ? 'FAILED' : o.passed === 0 ? 'NOT RUN' : 'met'}  ${ROWS[o.row - 1]!}: ${o.passed} tests${o.failed.length > 0 ? `, failed: ${o.failed.join('; ')}` : ''}${o.skipped.length > 0 ? `, not run: ${o.skipped.join('; ')}` : ''}${o.said.length > 0 ? ` – ${o.said.join('; ')}` : ''}`;
