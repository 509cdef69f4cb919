import type { AdHocVariableFilter, ScopedVars } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import type { EditorQuery } from './types';

/**
 * A stored query with its variables put in: in filters, "view as" and options. All and nothing chosen mean no filter. Ad-hoc filters
 * travel along as they are: the backend knows what each metric takes, applies that and says what it did not.
 */
export function interpolated(query: EditorQuery, templates: TemplateSrv, scoped: ScopedVars, adHoc: readonly AdHocVariableFilter[]): EditorQuery {
  const put = (text: string): string[] => valuesOf(text, templates, scoped);
  const filters = Object.fromEntries(Object.entries(query.filters ?? {}).map(([dimension, values]) => [dimension, (values ?? []).flatMap(put)]).filter(([, values]) => values!.length > 0));
  const viewAs = (query.viewAs ?? []).flatMap(put);
  const options = query.options && Object.fromEntries(Object.entries(query.options).flatMap(([name, value]) => {
    // A variable nobody has filled in leaves the option at its default.
    const given = typeof value === 'string' ? put(value)[0] : value;
    return given === undefined ? [] : [[name, given]];
  }));
  const { filters: _filters, viewAs: _viewAs, options: _options, adHoc: _adHoc, ...rest } = query;
  return {
    ...rest,
    ...(Object.keys(filters).length > 0 && { filters }),
    ...(viewAs.length > 0 && { viewAs }),
    ...(options && { options }),
    ...(adHoc.length > 0 && { adHoc: adHoc.map(({ key, operator, value, values }) => ({ key, operator, value, ...(values && { values }) })) }),
  };
}

/** A text that is nothing but a variable; one that Grafana left as it is does not exist on this dashboard. */
const VARIABLE = /^(\$\w+|\$\{[^}]+\}|\[\[[^\]]+\]\])$/;

/** The values a text stands for: itself, or those of the variables in it. Empty: no filter. */
export function valuesOf(text: string, templates: TemplateSrv, scoped: ScopedVars): string[] {
  if (!/\$|\[\[/.test(text)) return [text];
  const replaced = templates.replace(text, scoped, (value: unknown) => JSON.stringify(Array.isArray(value) ? value : [value]));
  try {
    const values = (JSON.parse(replaced) as unknown[]).map(String);
    return values.some(v => v === '$__all' || v === '') ? [] : values;
  } catch {
    // A variable whose "All" has the custom value $__all comes as that word, not through the formatter.
    if (replaced === '$__all' || (replaced === text && VARIABLE.test(text))) return [];
    // Words of a source hold dollars too ("Deletion of the $MFT"): dropped, their filter would let everything through.
    return [VARIABLE.test(text) ? replaced : templates.replace(text, scoped)];
  }
}
