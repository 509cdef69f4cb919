import { z } from 'zod';
import { checksOf } from './checks';
import { workspaceSchema, type WorkspaceSettings } from './schema';

export interface SettingsProblem { readonly path: string; readonly message: string }
export type ParsedSettings = { readonly ok: true; readonly settings: WorkspaceSettings } | { readonly ok: false; readonly problems: readonly SettingsProblem[] };

const pathText = (path: readonly PropertyKey[]): string => path.reduce<string>((text, p) => (typeof p === 'number' ? `${text}[${p}]` : text === '' ? String(p) : `${text}.${String(p)}`), '');

/** Checks a workspace's settings. Every problem names its key and what to do; unknown keys and literal secrets are problems. */
export function parseSettings(input: unknown): ParsedSettings {
  const parsed = workspaceSchema.safeParse(input ?? {});
  if (parsed.success) {
    const problems = checksOf(parsed.data);
    return problems.length === 0 ? { ok: true, settings: parsed.data } : { ok: false, problems };
  }
  return { ok: false, problems: parsed.error.issues.flatMap(problemsOf).map(p => named(p, input)) };
}

function problemsOf(issue: z.core.$ZodIssue): SettingsProblem[] {
  const path = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => ({ path: pathText([...issue.path, key]), message: `unknown key "${key}"; check its spelling, or remove it` }));
  return [{ path: path || '(settings)', message: said(issue) }];
}
/** The schema's own words tell what is expected; what to do follows. */
function said(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `${issue.input === undefined && !/received (?!undefined)/.test(issue.message) ? 'is missing; add it' : 'has another type; write it'} as ${issue.expected === 'record' ? 'object' : issue.expected}`;
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'system') return 'write the kind of system: elasticsearch, jira, netbox or files';
  if (issue.code === 'too_small') return issue.origin === 'string' ? 'is empty; write it' : issue.origin === 'array' ? `needs at least ${String(issue.minimum)} ${issue.minimum === 1 ? 'entry' : 'entries'}` : `is too little; use ${issue.inclusive ? 'at least' : 'more than'} ${String(issue.minimum)}`;
  if (issue.code === 'too_big') return issue.origin === 'string' ? `is too long; use ${String(issue.maximum)} ${issue.maximum === 1 ? 'character' : 'characters'} at most` : `is too much; use at most ${String(issue.maximum)}`;
  return issue.message.startsWith('Invalid') ? `${issue.message}; write one of what is expected` : issue.message;
}

/** A place among the sources counts them; people know them by name. */
function named(problem: SettingsProblem, input: unknown): SettingsProblem {
  const at = /^sources\[(\d+)\]/.exec(problem.path);
  const sources = (input as { sources?: unknown } | null)?.sources;
  const id = at && Array.isArray(sources) ? (sources[Number(at[1])] as { id?: unknown } | null)?.id : undefined;
  return typeof id === 'string' && id.length <= 63 ? { ...problem, message: `${problem.message} (source "${id}")` } : problem;
}

export const problemText = (problems: readonly SettingsProblem[]): string => problems.map(p => `${p.path}: ${p.message}`).join('; ');
