import type { Policy } from '../../settings/schema';

/** The policy as a client may know it: rules of its own and those for everybody; another client's targets and requirements are left out. */
export function policyFor(policy: Policy, clients: ReadonlySet<string>): Policy {
  const mine = <T extends { readonly client: string }>(rules: readonly T[]): T[] => rules.filter(r => r.client === '*' || clients.has(r.client));
  const targets = mine(policy.sla.targets);
  const used = new Set(targets.map(t => t.calendar));
  return {
    ...policy,
    sla: { ...policy.sla, targets, calendars: Object.fromEntries(Object.entries(policy.sla.calendars).filter(([name]) => used.has(name))) },
    coverage: { ...policy.coverage, requirements: mine(policy.coverage.requirements) },
  };
}
