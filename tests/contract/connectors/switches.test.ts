/** Every trap of a demo upstream is a switch that some test turns: one that nobody turns proves nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noElasticTraps } from '../../../demo/upstreams/elasticsearch';
import { noJiraTraps } from '../../../demo/upstreams/jira';
import { noNetboxTraps } from '../../../demo/upstreams/netbox';
import { noTraps } from '../../../demo/upstreams/http';

const read = (name: string): string => readFileSync(join(__dirname, name), 'utf8');
const suite = read('describe-connector.ts');
const files = readdirSync(__dirname).filter(name => name.endsWith('.test.ts') && name !== 'switches.test.ts');
/** `delayMs` makes a demo or a measurement slower; time limits have their tests at the HTTP client. */
const shared = Object.keys(noTraps()).filter(trap => trap !== 'delayMs');
/** Assigned, a key of an object literal, or the first of a table's row. */
const turned = (text: string, trap: string): boolean => new RegExp(`\\b${trap}(: | = |\\b(?= \\}))|\\['${trap}',`).test(text);

it.each(shared)('any vendor: %s is turned by the suite every connector inherits', trap => { expect(turned(suite, trap)).toBe(true); });
it.each(([['elasticsearch', noElasticTraps()], ['jira', noJiraTraps()], ['netbox', noNetboxTraps()]] as const).flatMap(([vendor, traps]) =>
  Object.keys(traps).filter(trap => !Object.hasOwn(noTraps(), trap)).map(trap => [vendor, trap] as const)))('%s: %s is turned by a test of the vendor', (vendor, trap) => {
  expect(files.filter(name => name.startsWith(vendor) && turned(read(name), trap))).not.toEqual([]);
});
/** The traps that real answers of many systems have in common (design/connectors/README.md), and what turns each here. */
const COMMON: readonly (readonly [string, readonly string[]])[] = [
  ['1 times: offsets without a colon, long fractions, no zone, the end of time', ['zoneMinutes', 'nanoseconds', 'timesWithoutZone', 'endOfTime']],
  ['2 HTTP 200 that is no success', ['html', 'shardFailures', 'timedOut']],
  ['3 a short or empty page that is no end, a page after the end', ['shortPage', 'emptyPages', 'repeatToken', 'endless', 'isLastNeverTrue']],
  ['4 filters that are ignored', ['ignoredFilters']],
  ['5 updates in bulk and without meaning', ['bulkMigrationAt', 'devLinks', 'equalTimestamps']],
  ['6 changes of children that "last changed" omits', ['addedAddresses', 'removedAddresses', 'lateDocuments']],
  ['7 names in another language', ['localised']],
  ['8 one alert in many tickets, many alerts in one', ['alsoQuotes']],
  ['9 no history of severity, or one that is cut', ['severityEdits', 'embedCap', 'noPagedChangelog']],
];
const known = new Set([noElasticTraps(), noJiraTraps(), noNetboxTraps()].flatMap(traps => Object.keys(traps)));
it.each(COMMON)('%s', (_trap, switches) => { expect(switches.filter(name => !known.has(name))).toEqual([]); });

it('a switch that nobody turns is found', () => { expect(turned(suite, 'notATrap')).toBe(false); });
