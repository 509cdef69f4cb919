import { ASSET_KINDS, EVIDENCE_KINDS, SEVERITY_TIERS } from '../../model/vocabulary';
import type { FieldSpec, FormSection } from './form';

const WEEKDAYS = { mon: 'Monday', tue: 'Tuesday', wed: 'Wednesday', thu: 'Thursday', fri: 'Friday', sat: 'Saturday', sun: 'Sunday' } as const;

export const WORKSPACE: FormSection = { title: 'Workspace', open: true, fields: [
  { kind: 'text', path: 'workspace', label: 'Workspace id', placeholder: 'main', help: 'History belongs to it: a data source made anew with the same id finds everything again.' },
  { kind: 'text', path: 'zone', label: 'The SOC’s time zone', placeholder: 'UTC', help: 'IANA name, such as Europe/Berlin: shifts and totals over clients use it.' },
] };

export const CLIENTS: FormSection = { title: 'Clients', open: true, fields: [
  { kind: 'items', path: 'clients', label: 'Clients', one: 'client', template: { id: '', name: '', zone: 'UTC' }, fields: [
    { kind: 'text', path: 'id', label: 'Client id', required: true, help: 'Lasting: rows, grants and reports carry it.' }, { kind: 'text', path: 'name', label: 'Client name', required: true },
    { kind: 'text', path: 'zone', label: 'Client’s time zone', required: true, help: 'Its local days decide coverage; its contract dates are local.' },
    { kind: 'text', path: 'onboarded', label: 'Onboarded', placeholder: 'YYYY-MM-DD' }, { kind: 'text', path: 'left', label: 'Left', placeholder: 'YYYY-MM-DD' },
  ] },
] };

export const SLA: FormSection = { title: 'SLA targets, calendars and shifts', open: false, fields: [
  { kind: 'items', path: 'policy.sla.targets', label: 'Targets', one: 'set of targets', template: { hours: {} }, help: 'Hours by severity tier and clock. Empty means no target was agreed, which is a state of its own.', fields: [
    { kind: 'text', path: 'client', label: 'Targets of client', placeholder: '*', help: 'Client id; * for every client without targets of its own.' },
    { kind: 'text', path: 'effectiveFrom', label: 'Effective from', placeholder: '1970-01-01', help: 'They apply to items that start on or after this day.' },
    { kind: 'text', path: 'calendar', label: 'Calendar', placeholder: '24x7' },
    { kind: 'targets', path: 'hours', label: 'Hours' },
  ] },
  { kind: 'entries', path: 'policy.sla.calendars', label: 'Calendars', one: 'calendar', template: { zone: 'UTC', hours: {} }, fields: [
    { kind: 'text', path: 'zone', label: 'Calendar’s time zone', required: true },
    ...Object.entries(WEEKDAYS).map(([day, label]): FieldSpec => ({ kind: 'hours', path: `hours.${day}`, label })),
    { kind: 'list', path: 'holidays', label: 'Holidays', placeholder: 'YYYY-MM-DD' },
  ] },
  { kind: 'items', path: 'policy.sla.shifts', label: 'Shifts', one: 'shift', template: { name: '', from: '08:00', to: '16:00' }, help: 'Named windows in the SOC’s zone that tile the day.', fields: [
    { kind: 'text', path: 'name', label: 'Shift name', required: true }, { kind: 'text', path: 'from', label: 'From' }, { kind: 'text', path: 'to', label: 'To' },
  ] },
  { kind: 'list', path: 'policy.sla.allowedPauses', label: 'Reasons that may pause a clock', help: 'Words of the source; * for any. None: no pause is allowed.' },
  { kind: 'several', path: 'policy.sla.ticketRequired', label: 'Tiers that need a ticket', choices: SEVERITY_TIERS },
  { kind: 'number', path: 'policy.sla.reopenDays', label: 'Reopening counts within (days)', placeholder: '14' },
  { kind: 'number', path: 'policy.sla.graceMinutes', label: 'Grace for the ticket (minutes)', placeholder: '60' },
] };

export const COVERAGE: FormSection = { title: 'Coverage requirements', open: false, fields: [
  { kind: 'items', path: 'policy.coverage.requirements', label: 'Requirements', one: 'requirement', template: { kind: 'endpoint', groups: [['agent_events']] }, fields: [
    { kind: 'text', path: 'name', label: 'Requirement name', placeholder: 'default' },
    { kind: 'choice', path: 'kind', label: 'Asset kind', choices: ASSET_KINDS, default: 'endpoint' },
    { kind: 'text', path: 'client', label: 'Requirement of client', placeholder: '*' },
    { kind: 'groups', path: 'groups', label: 'Evidence', choices: EVIDENCE_KINDS, help: 'Every group must be met; within one, any kind is enough.' },
    { kind: 'list', path: 'acceptHeartbeatFrom', label: 'Accept heartbeats from', help: 'Sources whose heartbeats the client accepts as evidence; panels then say so.' },
  ] },
  ...(['server', 'workstation', 'cloud_workload', 'network_segment'] as const).map((kind): FieldSpec => ({ kind: 'number', path: `policy.coverage.windowHours.${kind}`, label: `Window: ${kind.replace('_', ' ')} (hours)`, placeholder: kind === 'workstation' ? '168' : '24' })),
  { kind: 'list', path: 'policy.coverage.registryRank', label: 'Registries, most trusted first', help: 'Ids of sources.' },
] };
