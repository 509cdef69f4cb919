import { workspaceSchema } from '../../settings/schema';
import { policyFor } from './policy';

const day = { mon: [{ from: '09:00', to: '17:00' }] };
const { policy } = workspaceSchema.parse({
  zone: 'UTC', clients: ['acme', 'bravo'].map(id => ({ id, name: id, zone: 'UTC' })),
  policy: {
    sla: {
      calendars: { office: { zone: 'UTC', hours: day }, theirs: { zone: 'UTC', hours: day } },
      targets: [{ calendar: '24x7', hours: { low: { decide: 9 } } }, { client: 'acme', calendar: 'office', hours: { high: { decide: 4 } } }, { client: 'bravo', calendar: 'theirs', hours: { high: { decide: 1 } } }],
    },
    coverage: { requirements: [{ kind: 'endpoint', name: 'ours', client: 'acme', groups: [['agent_events']] }, { kind: 'endpoint', name: 'bravos', client: 'bravo', groups: [['agent_events']] }] },
  },
});

test('a client knows its own promises and those made to everybody, with the calendars they name, and nobody else\'s', () => {
  const known = policyFor(policy, new Set(['acme']));
  expect(known.sla.targets.map(t => t.client)).toEqual(['*', 'acme']);
  expect(Object.keys(known.sla.calendars)).toEqual(['office']);
  expect(known.coverage.requirements.map(r => r.client)).toEqual(['acme']);
});
