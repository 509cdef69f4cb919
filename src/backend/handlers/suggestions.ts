import { LATENCY_STAGES } from '../../catalog/pipeline-latency';
import { WEEKEND_VALUES } from '../../catalog/sla-columns';
import { ASSET_KINDS, CLOCKS, COVERAGE_STATES, SEVERITY_TIERS } from '../../model';
import type { ScopedReader } from '../scope/reader';
import { sql } from '../store/sql';

export interface Suggestion { readonly text: string; readonly value: string }
const MOST = 1_000;
const fixed = (values: readonly string[]): Suggestion[] => values.map(v => ({ text: v.replace(/_/g, ' '), value: v }));

/** Values of a dimension within the caller's scope, for variables, filters and editors. Unknown dimensions give none. */
export async function suggestions(reader: ScopedReader, dimension: string, contains: string): Promise<Suggestion[]> {
  const wanted = contains.trim().toLowerCase();
  const match = (all: Suggestion[]) => all.filter(s => wanted === '' || s.text.toLowerCase().includes(wanted) || s.value.toLowerCase().includes(wanted)).slice(0, MOST);
  switch (dimension) {
    case 'client': return match(reader.clients.map(c => ({ text: c.name, value: c.id })));
    case 'tier': return match(fixed(SEVERITY_TIERS));
    case 'kind': return match(fixed(ASSET_KINDS));
    case 'clock': return match(fixed(CLOCKS));
    // Who works when is the SOC's own affair (metrics.md §3, Shift).
    case 'shift': return !reader.operator ? [] : match(fixed(reader.policy.sla.shifts.map(s => s.name)));
    case 'stage': return match(fixed(LATENCY_STAGES));
    case 'state': return match(fixed(COVERAGE_STATES));
    case 'weekend': return match(fixed(WEEKEND_VALUES));
    case 'requirement': return match([...new Set(reader.policy.coverage.requirements.map(r => r.name))].map(name => ({ text: name, value: name })));
    case 'criticality': {
      const rows = await reader.query<{ value: string }>(sql`select distinct criticality as value from ${reader.relation('asset')} a where criticality is not null order by criticality`);
      return match(rows.map(r => ({ text: r.value, value: r.value })));
    }
    case 'rule': {
      const rows = await reader.query<{ id: string; name: string | null }>(sql`select id, name from ${reader.relation('rule')} r where name is not null or id is not null order by coalesce(name, id), id`);
      return match(rows.filter(r => r.id).map(r => ({ text: r.name ?? r.id, value: r.id })));
    }
    case 'source': {
      const rows = await reader.query<{ id: string }>(sql`select id from ${reader.relation('source')} s order by id`);
      return match(rows.map(r => ({ text: r.id, value: r.id })));
    }
    default: return [];
  }
}
