import { ASSET_KINDS } from '../model/vocabulary';
import type { ColumnDefinition } from './types';

/** Groups of every coverage metric; the kind always stands: there is no all-kinds aggregate. */
export const coverageGroupColumns: readonly ColumnDefinition[] = [
  { name: 'client', title: 'Client', kind: 'text', description: 'Client the assets belong to.', optional: true },
  { name: 'kind', title: 'Kind', kind: 'enum', values: ASSET_KINDS, description: 'Endpoint, cloud workload or network segment.' },
  { name: 'criticality', title: 'Criticality', kind: 'text', description: 'As the most trusted registry says it; empty: no registry says.', optional: true },
  { name: 'requirement', title: 'Requirement', kind: 'text', description: 'Name of the requirement of the client’s policy; "default" where none was agreed.', optional: true },
];
export const coverageCountColumns: readonly ColumnDefinition[] = [
  { name: 'in_scope', title: 'In scope', kind: 'count', description: 'Registered for at least one hour of the day, not retired, not excluded.' },
  { name: 'covered', title: 'Covered', kind: 'count', description: 'In scope, with evidence of every required group inside the window.' },
  { name: 'agent_only', title: 'Agent only', kind: 'count', description: 'Only check-ins of a console: no security event reached the SIEM.' },
  { name: 'dark', title: 'Dark', kind: 'count', description: 'Silent in the required evidence, but seen by another source.' },
  { name: 'absent', title: 'Absent', kind: 'count', description: 'Seen by no source inside the window.' },
  { name: 'unknown', title: 'Unknown', kind: 'count', description: 'Could be covered only by sources that were not read that far.' },
  { name: 'excluded', title: 'Excluded', kind: 'count', description: 'Taken out by an agreed exclusion of at most 90 days; not in scope.' },
  { name: 'degraded', title: 'Degraded', kind: 'count', description: 'Covered, with less than a tenth of its own usual volume on the last complete day.' },
  { name: 'weak_share', title: 'Weak matches', kind: 'ratio', description: 'Share of the covered that only a host name or an address ties to its evidence; empty when nothing is covered.' },
  { name: 'coverage', title: 'Coverage', kind: 'ratio', description: 'covered ÷ in scope; empty when it was not measured (see the reason).' },
  { name: 'coverage_without_exclusions', title: 'Coverage without exclusions', kind: 'ratio', description: 'The same with the excluded assets counted as what they would be.' },
];
export const coverageNullReasons = {
  no_assets: 'No asset of this kind is in scope.',
  no_source: 'No telemetry source is configured that could cover this kind.',
  registry_only: 'The only source that could cover this kind is the one that registers it; it is no evidence for itself.',
  unread: 'More than the tolerated share of assets is unknown, because sources were not read that far.',
  before_telemetry: 'The day lies before the telemetry that was loaded.',
  not_yet: 'The day is not computed yet.',
  first_load: 'The first load of telemetry is not complete.',
} as const;
export type CoverageNullReason = keyof typeof coverageNullReasons;
