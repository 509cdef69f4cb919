import type { Dimension } from '../../src/catalog/types';
import { and, column, join, sql, type Sql } from '../../src/backend/store/sql';
import type { ScopedReader, RelationName } from '../../src/backend/scope/reader';
import { NOW } from './world/settings';
import { requestOf, type Question } from './questions';

/** Table and time a metric reads, and the columns its groups stand in. What it reads beside it (names, streams) is not counted. */
const SCANS: Readonly<Record<string, readonly [RelationName, string]>> = {
  'rules.': ['alert', 'at'], 'pipeline.': ['alert', 'at'], 'integrity.': ['alert', 'at'], 'sla.': ['item', 'due'], 'coverage.history': ['coverage_day', ''], 'coverage.now': ['asset', ''], 'coverage.gaps': ['asset', ''], 'coverage.unregistered': ['seen_host', ''],
};
const COLUMN: Partial<Record<Dimension, string>> = { client: 'client_key', tier: 'tier', rule: 'rule_key', source: 'source_key', kind: 'kind', clock: 'clock', shift: 'shift', weekend: 'weekend' };

/** The bare scan: the question's filter and GROUP BY, and count(*) only. Null where a metric has no scan of its own. */
export function bareScan(reader: ScopedReader, question: Question): Sql | null {
  const { parsed } = question;
  const found = Object.entries(SCANS).find(([id]) => parsed.entry.id.startsWith(id));
  if (!found) return null;
  const [, [relation, time]] = found;
  const always: Dimension[] = parsed.entry.area === 'sla' ? ['tier'] : parsed.entry.id === 'rules.backlog' || parsed.entry.id === 'rules.unreviewed' ? ['rule'] : [];
  const has = (d: Dimension) => COLUMN[d] !== undefined && !(relation === 'item' && d === 'rule');
  const keys = [...new Set([...always, ...parsed.groupBy])].filter(has).map(d => column(COLUMN[d]!)).filter(() => parsed.view !== 'table' || parsed.entry.id !== 'integrity.orphans');
  const where = and([
    ...(time === '' ? [] : [sql`x.${column(time)} >= ${question.from}`, sql`x.${column(time)} < ${NOW}`]),
    ...(relation === 'item' && !parsed.groupBy.includes('clock') ? [sql`clock = 'decide'`] : []),
    ...(parsed.filters.client ? [sql`client_key in (${join(parsed.filters.client.map(c => sql`${reader.clientKey(c)}`))})`] : []),
  ]);
  return sql`select ${join([...keys, sql`count(*) as n`])} from ${reader.relation(relation)} x where ${where} ${keys.length > 0 ? sql`group by ${join(keys)}` : sql``}`;
}
export { requestOf };
