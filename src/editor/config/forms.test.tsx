import { z } from 'zod';
import { workspaceSchema } from '../../settings/schema';
import { sourceSchema } from '../../settings/sources';
import type { FieldSpec } from './form';
import { CLIENTS, COVERAGE, SLA, WORKSPACE } from './policy-forms';
import { followIds, type Options } from './secrets';
import { hoursOf, hoursText } from './MapFields';
import { pathText, withAt } from './path';
import { SOURCE_FORMS, SOURCE_KINDS } from './source-forms';

/** Forms name keys of the settings by hand: the schema's own description says whether each exists and takes what the form offers. */
interface Described { type?: string | string[]; properties?: Record<string, Described>; additionalProperties?: Described | boolean; propertyNames?: Described; items?: Described; enum?: unknown[]; anyOf?: Described[]; const?: unknown; oneOf?: Described[] }
const described = (schema: z.ZodType): Described => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Described;
const workspace = described(workspaceSchema);
const sources = new Map(sourceSchema.options.map(option => [option.shape.system.value as string, described(option)]));

function inside(schema: Described, path: string): Described | undefined {
  let at: Described | undefined = schema;
  for (const key of path.split('.')) at = at?.properties?.[key] ?? (typeof at?.additionalProperties === 'object' ? at.additionalProperties : undefined);
  return at;
}
const choices = (schema: Described): string[] => [...(schema.enum ?? []), ...(schema.anyOf ?? []).flatMap(s => s.enum ?? [])].map(String);

function hold(schema: Described, fields: readonly FieldSpec[], where: string): void {
  for (const spec of fields) {
    if (spec.kind === 'secret') continue;
    const found = inside(schema, spec.path);
    expect([where, spec.path, found !== undefined]).toEqual([where, spec.path, true]);
    if (spec.kind === 'choice') expect([spec.path, spec.choices.filter(c => !choices(found!).includes(c))]).toEqual([spec.path, []]);
    if (spec.kind === 'several') expect(spec.choices.filter(c => !choices(found!.items!).includes(c))).toEqual([]);
    if (spec.kind === 'groups') expect(spec.choices.filter(c => !choices(found!.items!.items!).includes(c))).toEqual([]);
    if (spec.kind === 'map' && spec.choices) expect([spec.path, spec.choices.filter(c => !choices(found!.additionalProperties as Described).includes(c))]).toEqual([spec.path, []]);
    if (spec.kind === 'map' && spec.keys) expect([spec.path, [...spec.keys].sort()]).toEqual([spec.path, choices(found!.propertyNames!).sort()]);
    if (spec.kind === 'part') hold(found!, spec.fields, `${where}.${spec.path}`);
    if (spec.kind === 'items') hold(found!.items!, spec.fields, `${where}.${spec.path}[]`);
    if (spec.kind === 'entries') hold(found!.additionalProperties as Described, spec.fields, `${where}.${spec.path}.*`);
  }
}

test.each(Object.keys(SOURCE_FORMS))('the form of %s edits keys that exist, with values the schema takes', system => {
  for (const section of SOURCE_FORMS[system]!) hold(sources.get(system)!, section.fields, system);
});
test('so do workspace, clients and policy', () => {
  for (const section of [WORKSPACE, CLIENTS, SLA, COVERAGE]) hold(workspace, section.fields, section.title);
});
test('labels of one form are told apart', () => {
  const labels = (fields: readonly FieldSpec[]): void => { expect(new Set(fields.map(f => f.label)).size).toBe(fields.length); for (const f of fields) if ('fields' in f) labels(f.fields); };
  for (const forms of Object.values(SOURCE_FORMS)) labels(forms.flatMap(s => s.fields));
  labels([...SLA.fields, ...COVERAGE.fields]);
});
test('every kind that can be added has a form', () => {
  for (const kind of SOURCE_KINDS) expect(SOURCE_FORMS[(kind.template as { system: string }).system]).toBeDefined();
});

test('values are put in place without touching the rest', () => {
  const before = { sources: [{ id: 'a', auth: { kind: 'none' } }, { id: 'b' }], policy: { sla: {} } };
  expect(withAt(before, ['sources', 0, 'auth', 'user'], 'x')).toEqual({ ...before, sources: [{ id: 'a', auth: { kind: 'none', user: 'x' } }, { id: 'b' }] });
  expect(withAt(before, ['sources', 1], undefined)).toEqual({ ...before, sources: [before.sources[0]] });
  expect(withAt(undefined, ['policy', 'sla', 'targets'], [])).toEqual({ policy: { sla: { targets: [] } } });
  expect(before).toEqual({ sources: [{ id: 'a', auth: { kind: 'none' } }, { id: 'b' }], policy: { sla: {} } });
  expect(pathText(['sources', 0, 'alerts', 'index'])).toBe('sources[0].alerts.index');
});

test('hours of a weekday as text and back; what is no time is kept for the schema to name', () => {
  const hours = [{ from: '08:00', to: '12:00' }, { from: '13:00', to: '17:00' }];
  expect(hoursText(hours)).toBe('08:00-12:00, 13:00-17:00');
  expect(hoursOf(hoursText(hours))).toEqual(hours);
  expect(hoursOf('  ')).toBeUndefined();
  expect(hoursOf('early')).toEqual([{ from: 'early', to: '' }]);
});

test('secrets follow ids: typed ones move, stored ones cannot, those of a removed source are forgotten', () => {
  const options = { secureJsonData: { 'a.secret': 'typed' }, secureJsonFields: { 'b.secret': true, grant: true } } as unknown as Options;
  const sourcesOf = (...ids: string[]) => ({ sources: ids.map(id => ({ id })) });
  expect(followIds(options, sourcesOf('a', 'b'), sourcesOf('c', 'b'))).toEqual({ secureJsonData: { 'c.secret': 'typed' }, secureJsonFields: { 'b.secret': true, grant: true } });
  expect(followIds(options, sourcesOf('a', 'b'), sourcesOf('a'))).toEqual({ secureJsonData: { 'a.secret': 'typed', 'b.secret': '' }, secureJsonFields: { 'b.secret': false, grant: true } });
});
