import { FieldConfigProperty, identityOverrideProcessor, type PanelPlugin } from '@grafana/data';
import { fieldProperty } from '../setup/field-config';

type Custom = Record<string, unknown>;

/** Declares a panel's options by their defaults (a dashboard file leaves out what nobody changed). */
export function declareOptions<T extends object>(plugin: PanelPlugin<T>, defaults: T): PanelPlugin<T> {
  return plugin.setPanelOptions((builder) => {
    for (const [id, defaultValue] of Object.entries(defaults)) {
      builder.addCustomEditor({ id, path: id, name: id, editor: () => null, defaultValue } as never);
    }
  });
}

/**
 * Declares the `custom.*` field options a panel reads, with their defaults: what is not declared is ignored.
 * `standard` gives other defaults for standard properties, as Grafana's own panels do.
 */
export function declareFieldConfig(plugin: PanelPlugin<never>, custom: Custom, standard: Partial<Record<FieldConfigProperty, unknown>> = {}): void {
  plugin.useFieldConfig({
    standardOptions: Object.fromEntries(Object.entries(standard).map(([id, defaultValue]) => [id, { defaultValue }])) as never,
    useCustomConfig: (builder) => {
      for (const [id, defaultValue] of Object.entries(custom)) {
        builder.addCustomEditor({ ...fieldProperty(id, identityOverrideProcessor), defaultValue } as never);
      }
    },
  });
}
