import { clientMonths } from '../reported/months';
import { restated } from '../reported/restated';
import type { Family, Reading } from './reading';

/** Restatements of frozen months that end in range, over all clocks (metrics.md, Rule 10). Nothing frozen: not measured. */
export const reportedFamily: Family = async ({ reader, request, byClient, signal }) => {
  const months = (await clientMonths(reader, request.range, request.asOf, request.filters.client ?? null, signal)).filter(m => m.frozen !== null && m.kept && m.ends <= request.range.to);
  const changed = await restated(reader, months, signal);
  return [...(byClient ? new Set(months.map(m => m.id)) : [null])].map((client): Reading => {
    const mine = months.filter(m => client === null || m.id === client);
    const keys = new Set(mine.map(m => m.client));
    const k = changed.filter(c => keys.has(c.client_key)).reduce((sum, c) => sum + c.n, 0);
    const nothing = mine.length === 0;
    return { counter: 'restatements', client, k: nothing ? null : k, n: nothing ? null : mine.reduce((sum, m) => sum + m.frozen!.items, 0), value: nothing ? null : k, reason: nothing ? 'no_rows' : null };
  });
};
