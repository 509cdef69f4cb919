import {
  AdHocFiltersVariable,
  ConstantVariable,
  CustomVariable,
  DataSourceVariable,
  IntervalVariable,
  QueryVariable,
  type SceneVariable,
  SceneVariableSet,
  TextBoxVariable,
} from '@grafana/scenes';
import type { ClassicVariable } from './model';

/** `current.value` as saved; an empty object (a dashboard saved without a choice) counts as no value. */
function currentOf(variable: ClassicVariable) {
  const usable = (value: unknown) => typeof value === 'string' || Array.isArray(value);
  const { value, text } = variable.current ?? {};
  return { ...(usable(value) ? { value } : {}), ...(usable(text) ? { text } : {}) };
}

const textOf = (query: unknown): string => (typeof query === 'string' ? query : '');

function sceneVariable(variable: ClassicVariable): SceneVariable {
  const { name, type, datasource } = variable;
  const shared = { name, label: variable.label, description: variable.description, hide: variable.hide as never, skipUrlSync: variable.skipUrlSync };
  const choice = {
    ...shared,
    ...currentOf(variable),
    isMulti: variable.multi,
    includeAll: variable.includeAll,
    allValue: variable.allValue || undefined,
    allowCustomValue: variable.allowCustomValue,
    defaultToAll: Boolean(variable.includeAll) && variable.current?.value === undefined,
  };
  switch (type) {
    case 'query':
      return new QueryVariable({ ...choice, datasource: datasource ?? null, query: variable.query as never, regex: variable.regex ?? '', refresh: (variable.refresh ?? 1) as never, sort: (variable.sort ?? 0) as never });
    case 'custom':
      return new CustomVariable({ ...choice, query: textOf(variable.query) });
    case 'datasource':
      return new DataSourceVariable({ ...choice, pluginId: textOf(variable.query), regex: variable.regex ?? '' });
    case 'interval': {
      const intervals = textOf(variable.query).split(',').map((item) => item.trim()).filter((item) => item !== '' && item !== 'auto');
      const value = textOf(variable.current?.value);
      return new IntervalVariable({ ...shared, intervals, ...(value ? { value } : {}), autoEnabled: Boolean(variable.auto), autoStepCount: variable.auto_count ?? 30, autoMinInterval: variable.auto_min ?? '10s' });
    }
    case 'textbox':
      return new TextBoxVariable({ ...shared, value: textOf(variable.current?.value) || textOf(variable.query) });
    case 'constant':
      return new ConstantVariable({ ...shared, value: textOf(variable.query) });
    case 'adhoc':
      return new AdHocFiltersVariable({ ...shared, datasource: datasource ?? null, filters: variable.filters ?? [], baseFilters: variable.baseFilters ?? [], defaultKeys: variable.defaultKeys, allowCustomValue: variable.allowCustomValue, applyMode: 'auto', layout: 'combobox' });
    default:
      throw new Error(`Variable "${name}" is of type "${type}", which the preview does not know; use query, custom, datasource, interval, textbox, constant or adhoc.`);
  }
}

/** The dashboard's template variables, in the order of the file (a later one may depend on an earlier one). */
export function sceneVariables(list: ClassicVariable[]): SceneVariableSet {
  return new SceneVariableSet({ variables: list.map(sceneVariable) });
}
