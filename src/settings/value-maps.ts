import type { Disposition, SeverityTier } from '../model/vocabulary';

const TIERS: Record<string, SeverityTier> = {
  critical: 'critical', high: 'high', medium: 'medium', moderate: 'medium', low: 'low', informational: 'informational', info: 'informational',
  highest: 'critical', lowest: 'informational',
  '1 - critical': 'critical', '2 - high': 'high', '3 - moderate': 'medium', '4 - low': 'low', '5 - planning': 'informational',
};

/** metrics.md, Rows and vocabulary, Disposition. */
const DISPOSITION_MAP: Record<string, Disposition> = {
  'true positive': 'true_positive', true_positive: 'true_positive', 'true positive with impact': 'true_positive', 'true positive without impact': 'true_positive', truepositive: 'true_positive',
  'benign positive': 'benign_positive', benign_positive: 'benign_positive', benignpositive: 'benign_positive', 'suspicious but expected': 'benign_positive', legitimate: 'benign_positive',
  'false positive': 'false_positive', false_positive: 'false_positive', falsepositive: 'false_positive', 'incorrect logic': 'false_positive', 'inaccurate data': 'false_positive',
  testing: 'test', test: 'test', duplicate: 'duplicate', duplicated: 'duplicate',
  other: 'undetermined', resolved: 'undetermined', ignored: 'undetermined', 'not applicable': 'undetermined', unknown: 'undetermined', indeterminate: 'undetermined', undetermined: 'undetermined',
  auto_closed: 'auto_closed', 'auto closed': 'auto_closed', 'automated closure': 'auto_closed',
};

const fold = (value: string): string => value.trim().toLowerCase();
function configured<T>(map: Readonly<Record<string, T>>, value: string): T | undefined {
  const wanted = fold(value);
  for (const key of Object.keys(map)) if (fold(key) === wanted) return map[key];
  return undefined;
}

export interface Mapped<T> { readonly value: T; /** False: no mapping knows the value → count a notice. */ readonly known: boolean }

/** Source severity → tier. Null or unmapped → `untiered`, never dropped; unmapped is to be counted. */
export function mapTier(value: string | null, map: Readonly<Record<string, SeverityTier>> = {}): Mapped<SeverityTier> {
  if (value === null || value.trim() === '') return { value: 'untiered', known: true };
  const tier = configured(map, value) ?? (Object.hasOwn(TIERS, fold(value)) ? TIERS[fold(value)] : undefined);
  return tier ? { value: tier, known: true } : { value: 'untiered', known: false };
}

/** Source disposition → ours. A map entry of null marks a source's default value: no disposition at all. Unknown → undetermined, counted. */
export function mapDisposition(value: string | null, map: Readonly<Record<string, Disposition | null>> = {}): Mapped<Disposition | null> {
  if (value === null || value.trim() === '') return { value: null, known: true };
  const own = configured(map, value);
  if (own !== undefined) return { value: own, known: true };
  const standard = Object.hasOwn(DISPOSITION_MAP, fold(value)) ? DISPOSITION_MAP[fold(value)] : undefined;
  return standard ? { value: standard, known: true } : { value: 'undetermined', known: false };
}

/** Source client value → client id; not mapped but itself a known client id → that; else null (unassigned). */
export function mapClient(value: string | null, map: Readonly<Record<string, string>>, clients: ReadonlySet<string>): string | null {
  if (value === null || value.trim() === '') return null;
  const own = configured(map, value);
  if (own !== undefined) return own;
  return clients.has(fold(value)) ? fold(value) : null;
}
