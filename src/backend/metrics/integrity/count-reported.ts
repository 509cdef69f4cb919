import type { CounterId } from '../../../catalog/integrity-counter-list';
import { countRestatedAssets } from '../reported/assets';
import { countRestatedDecisions } from '../reported/decisions';
import { clientMonths, partMonths, type ClientMonth } from '../reported/months';
import { restated } from '../reported/restated';
import type { Counting, Family, Reading } from './reading';

/** Frozen months that end in range and can be compared. */
const frozenIn = <M extends ClientMonth>(months: readonly M[], { request }: Counting): M[] => months.filter(m => m.frozen !== null && m.kept && m.ends <= request.range.to);

/** Restatements of frozen months (metrics.md, Rule 10), of what was frozen with them. Nothing frozen: not measured. */
function readings(counter: CounterId, months: readonly ClientMonth[], changed: readonly { client_key: number; n: number }[], byClient: boolean): Reading[] {
  return [...(byClient ? new Set(months.map(m => m.id)) : [null])].map((client): Reading => {
    const mine = months.filter(m => client === null || m.id === client);
    const keys = new Set(mine.map(m => m.client));
    const k = changed.filter(c => keys.has(c.client_key)).reduce((sum, c) => sum + c.n, 0);
    const nothing = mine.length === 0;
    return { counter, client, k: nothing ? null : k, n: nothing ? null : mine.reduce((sum, m) => sum + m.frozen!.items, 0), value: nothing ? null : k, reason: nothing ? 'no_rows' : null };
  });
}

/** SLA items, over all clocks. */
export const reportedFamily: Family = async counting => {
  const { reader, request, byClient, signal } = counting;
  const months = frozenIn(await clientMonths(reader, request.range, request.asOf, request.filters.client ?? null, signal), counting);
  return readings('restatements', months, await restated(reader, months, null, signal), byClient);
};
/** Assets, each once in each kind. */
export const reportedAssetFamily: Family = async counting => {
  const { reader, request, byClient, signal } = counting;
  const months = frozenIn(await partMonths(reader, 'coverage', request.range, request.asOf, request.filters.client ?? null, signal), counting);
  return readings('restated_assets', months, await countRestatedAssets(reader, months, signal), byClient);
};
export const reportedDecisionFamily: Family = async counting => {
  const { reader, request, byClient, signal } = counting;
  const months = frozenIn(await partMonths(reader, 'verdicts', request.range, request.asOf, request.filters.client ?? null, signal), counting);
  return readings('restated_decisions', months, await countRestatedDecisions(reader, months, signal), byClient);
};
