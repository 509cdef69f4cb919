import { workspaceSchema } from '../../settings/schema';
import { slaPolicy } from './sla-policy';

const parse = (sla: object) => workspaceSchema.safeParse({ zone: 'Europe/Berlin', clients: [{ id: 'acme', name: 'Acme', zone: 'America/New_York' }], policy: { sla } });
const policy = (sla: object) => { const parsed = parse(sla); if (!parsed.success) throw parsed.error; return slaPolicy(parsed.data); };

describe('SLA policy', () => {
  it('refuses settings that no fact could be computed with, naming what to mend', () => {
    expect(parse({ targets: [{ calendar: 'offcie', hours: { high: { decide: 4 } } }], calendars: { office: { zone: 'UTC', hours: { mon: [{ from: '09:00', to: '17:00' }] } } } }).error?.message).toMatch(/\\"offcie\\" is not configured/);
    expect(parse({ calendars: { shut: { zone: 'UTC', hours: {} } } }).error?.message).toMatch(/\\"shut\\" never opens/);
    expect(parse({}).success).toBe(true);
  });

  it('names shifts by the wall clock of the SOC, over midnight and on the days the clocks change', () => {
    const named = policy({ shifts: [{ name: 'late', from: '22:00', to: '06:00' }, { name: 'early', from: '06:00', to: '14:00' }] });
    const shift = (iso: string) => named.shiftOf(Date.parse(iso));
    expect([shift('2026-06-08T22:00+02:00'), shift('2026-06-08T05:59+02:00'), shift('2026-06-08T06:00+02:00'), shift('2026-06-08T14:00+02:00')]).toEqual(['late', 'late', 'early', null]);
    // 06:00 at +02:00 on 29 March is five hours after midnight, on 25 October 06:00 at +01:00 is seven.
    expect([shift('2026-03-29T05:59+02:00'), shift('2026-03-29T06:00+02:00'), shift('2026-10-25T05:59+01:00'), shift('2026-10-25T06:00+01:00')]).toEqual(['late', 'early', 'late', 'early']);
  });

  it('takes a date of effect as a day of the SOC, the newest version, the client before everybody, and never mixes versions', () => {
    const p = policy({ targets: [{ hours: { high: { decide: 1 }, low: { decide: 9 } } }, { effectiveFrom: '2026-06-08', hours: { high: { decide: 2 } } }, { client: 'acme', effectiveFrom: '2026-06-10', hours: { high: { decide: 3 } } }] });
    const hours = (client: string, iso: string, tier: 'high' | 'low' = 'high') => (p.targetsFor(client, Date.parse(iso)).target(tier, 'decide') ?? 0) / 3_600_000;
    expect([hours('acme', '2026-06-07T23:59+02:00'), hours('acme', '2026-06-08T00:00+02:00'), hours('acme', '2026-06-10T00:00+02:00'), hours('unassigned', '2026-06-10T00:00+02:00')]).toEqual([1, 2, 3, 2]);
    // The version of 8 June agreed nothing for low: no target, not the older one.
    expect([hours('acme', '2026-06-07T12:00+02:00', 'low'), hours('acme', '2026-06-08T12:00+02:00', 'low')]).toEqual([9, 0]);
  });

  it('allows pauses by reason, whatever its case, and any with a star', () => {
    const p = policy({ allowedPauses: ['Waiting for client'] });
    expect([p.pauseAllowed(' waiting for CLIENT'), p.pauseAllowed('vendor'), p.pauseAllowed(null), policy({ allowedPauses: ['*'] }).pauseAllowed(null), policy({}).pauseAllowed('waiting for client')]).toEqual([true, false, false, true, false]);
  });
});
