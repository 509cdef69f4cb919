import { metricQuery } from '../../../src/backend/metrics/all';
import { openDuckDb } from '../../../src/backend/store/duckdb';
import { sql } from '../../../src/backend/store/sql';
import { table } from '../../../src/backend/store/table';
import { CATALOG } from '../../../src/catalog';
import { DAY } from '../../../src/model';
import { parseQuery } from '../../../src/query/request';
import { median } from '../measure';
import { joinAndGroup, type PlainRow, type PlainTicketRow } from '../rivals/transformations';
import { fillStore } from '../world/fill';
import { benchReader } from '../world/reader';
import { DAYS, NOW } from '../world/settings';

export interface GrafanaTiming { readonly alerts: number; readonly transformationsMs: number; readonly productMs: number }

/** Outcomes by rule from tables that a browser holds already, beside rules.outcomes over a store of as many alerts. No transfer is counted on either side. */
export async function measureGrafana(sizes: readonly number[], runs: number, say: (text: string) => void): Promise<GrafanaTiming[]> {
  const out: GrafanaTiming[] = [];
  for (const alerts of sizes) {
    const store = await openDuckDb({ path: ':memory:', memoryMb: 2_000 });
    try {
      await fillStore(store, alerts);
      const rows = await store.query<PlainRow>(sql`select native_id as id, rule_name as rule from ${table('alert')}`);
      const tickets = await store.query<PlainTicketRow>(sql`select l.join_id as id, coalesce(cast(t.disposition as varchar), 'none') as resolution from ${table('link')} l join ${table('ticket')} t on t.ticket_key = l.ticket_key where l.join_id not like 'missing-%'`);
      const rival = joinAndGroup(rows, tickets);
      const answer = await rival.run();
      const told = answer.reduce((sum, r) => sum + r.count, 0);
      if (told !== rows.length) throw new Error(`the transformations count ${told} of ${rows.length} alerts; a comparison of times means nothing then`);
      const parsed = parseQuery({ version: 1, metric: 'rules.outcomes', groupBy: ['rule'] }, CATALOG);
      const product = await median(() => metricQuery('rules.outcomes').run(benchReader(store), { ...parsed, range: { from: NOW - DAYS * DAY, to: NOW }, asOf: NOW }), runs);
      const transformations = await median(() => rival.run(), runs);
      out.push({ alerts: rows.length, transformationsMs: transformations.ms, productMs: product.ms });
      say(`${rows.length} alerts: joinByField + groupBy ${transformations.ms.toFixed(1)} ms, product ${product.ms.toFixed(1)} ms`);
    } finally { await store.close(); }
  }
  return out;
}
