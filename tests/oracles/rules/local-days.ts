import type { CaseWorld } from '../../worlds/cases';

/** Local dates by Intl, nothing of model/zoned. */
const localDate = (ms: number, zone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(ms);

/** Whether an instant lies in the world's range, widened to whole local days of the client (values by client) or of the SOC (totals), and not after `asOf`. */
export function asked(world: CaseWorld, at: number, client: string, byClient: boolean, asOf: number): boolean {
  const zone = byClient ? world.settings.clients.find(c => c.id === client)?.zone ?? world.settings.zone : world.settings.zone;
  const day = localDate(at, zone);
  return at <= asOf && day >= localDate(world.range.from, zone) && day <= localDate(world.range.to - 1, zone);
}
