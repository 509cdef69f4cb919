import {
  booleanOverrideProcessor,
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  type FieldConfigPropertyItem,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardFieldConfigEditorRegistry,
  stringOverrideProcessor,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';

type Processor = FieldConfigPropertyItem['process'];

/** The preview never edits a panel, so every property has the same empty editor. */
const noEditor = () => null;

/** A property of the field configuration; one that is not declared is ignored by `applyFieldOverrides`. */
export function fieldProperty(id: string, process: Processor, rest: Partial<FieldConfigPropertyItem> = {}): FieldConfigPropertyItem {
  return { id, path: id, name: id, description: '', editor: noEditor, override: noEditor, shouldApply: () => true, settings: {}, process, ...rest };
}

const baseThresholds = { mode: 'absolute', steps: [{ value: -Infinity, color: 'green' }, { value: 80, color: 'red' }] };

/** The thirteen standard properties that Grafana itself registers (its registry is not part of the npm packages). */
export function registerStandardFieldConfig(): void {
  standardFieldConfigEditorRegistry.setInit(() => [
    fieldProperty('unit', unitOverrideProcessor),
    fieldProperty('min', numberOverrideProcessor),
    fieldProperty('max', numberOverrideProcessor),
    fieldProperty('fieldMinMax', booleanOverrideProcessor),
    fieldProperty('decimals', numberOverrideProcessor),
    fieldProperty('displayName', displayNameOverrideProcessor, { settings: { expandTemplateVars: true } }),
    fieldProperty('noValue', stringOverrideProcessor),
    fieldProperty('color', identityOverrideProcessor, { defaultValue: { mode: 'thresholds' } }),
    fieldProperty('links', dataLinksOverrideProcessor),
    fieldProperty('actions', identityOverrideProcessor),
    fieldProperty('mappings', valueMappingsOverrideProcessor, { defaultValue: [] }),
    fieldProperty('thresholds', thresholdsOverrideProcessor, { defaultValue: baseThresholds }),
    fieldProperty('filterable', booleanOverrideProcessor),
  ]);
}
