import type { CaseWorld } from '../../worlds/cases';

/** Exports: uncrossed, alone. Worlds for the law that a scope's value is the value over its rows alone. */

/** The world without what ties clients together: tickets quote alerts of their own client only and merge within it; an id belongs to one client. */
export function uncrossed(world: CaseWorld): CaseWorld {
  const joinId = (a: CaseWorld['alerts'][number]): string => `${a.client}-${a.joinId}`;
  const clientOf = new Map(world.tickets.map(t => [t.id, t.client]));
  return {
    ...world,
    alerts: world.alerts.map(a => ({ ...a, joinId: joinId(a) })),
    tickets: world.tickets.map(t => ({
      ...t, quotes: t.quotes.flatMap(q => (world.alerts.some(a => a.joinId === q.alert && a.client !== t.client) && !world.alerts.some(a => a.joinId === q.alert && a.client === t.client) ? [] : [{ ...q, alert: `${t.client}-${q.alert}` }])),
      mergedInto: t.mergedInto !== null && clientOf.get(t.mergedInto) === t.client ? t.mergedInto : null,
    })),
  };
}

/** Only the rows of one client; of the rules those that alerted for it, which is what its scope shows of a rule list. */
export function alone(world: CaseWorld, client: string): CaseWorld {
  const alerts = world.alerts.filter(a => a.client === client);
  return { ...world, alerts, tickets: world.tickets.filter(t => t.client === client), rules: world.rules.filter(r => alerts.some(a => a.rule === r.rule)) };
}
export const OWN_CLIENTS = ['acme', 'bravo', 'coast', 'empty'] as const;
