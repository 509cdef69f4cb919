import type { ScopedReader } from '../../scope/reader';
import { sql } from '../../store/sql';
import { isIn } from '../shared/conditions';

/** Exports: remarksOf. What connectors counted and what somebody can do about it, by stream; for operators alone (values are the source's own words). */
/** Values of a field that are told. */
const VALUES = 3;
const UNKNOWN = ['unknown_value', 'unknown_severity', 'unknown_disposition', 'unknown_client'];
/** Words for other remarks; those that nobody can act on stay in the store. */
const SAID: Readonly<Record<string, string>> = {
  not_utf8: 'text that is not UTF-8 was read; export it as UTF-8',
  id_twice: 'several records have one id, and only one of them counts; map a column that tells them apart',
  exclusion_incomplete: 'exclusions without a beginning, or without who agreed, exclude nothing; complete them',
  history_truncated: 'the source cuts long histories off; the earliest changes of some tickets are not known',
  filter_ignored: 'the source ignores a filter; look at what stands between',
};
interface Told { source: string; stream: string; code: string; field: string; values: string[]; known: number }
const short = (value: string): string => `"${value.length > 40 ? `${value.slice(0, 39)}…` : value}"`;

export async function remarksOf(reader: ScopedReader, signal?: AbortSignal): Promise<(source: string, stream: string) => string[]> {
  const rows = !reader.operator ? [] : await reader.query<Told>(sql`
    select n.source, n.stream, n.code, n.field, list(n.value order by n.count desc, n.value)[:${VALUES}] as "values", count(*) as known
    from ${reader.relation('notice')} n where ${isIn(sql`n.code`, [...UNKNOWN, ...Object.keys(SAID)])} group by all order by n.field, n.code`, signal);
  return (source, stream) => rows.filter(n => n.source === source && n.stream === stream).map(n => {
    const place = n.field === '' ? '' : `${n.field}: `;
    if (!UNKNOWN.includes(n.code)) return `${place}${SAID[n.code]!}.`;
    return `${place}no map knows ${n.values.map(short).join(', ')}${n.known > VALUES ? ` and ${n.known - VALUES} more` : ''}; name what each means in this source's maps (or states).`;
  });
}
