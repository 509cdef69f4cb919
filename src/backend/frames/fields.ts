/** Constructors of single fields: they keep the type literal and the values together. */
import { FrameError, type FieldConfig, type FieldOf, type FieldType, type FieldValues, type Labels } from './frame';

interface FieldExtras {
  labels?: Labels;
  config?: FieldConfig;
}

/** A field of the given type. Null values stay null. */
export function field<T extends FieldType>(type: T, name: string, values: ReadonlyArray<FieldValues[T] | null>, extras: FieldExtras = {}): FieldOf<T> {
  return { name, type, values, ...extras };
}

/** A time field; values in milliseconds since 1970 UTC. */
export function timeField(name: string, values: ReadonlyArray<number | null>, extras: FieldExtras = {}): FieldOf<'time'> {
  return field('time', name, values, extras);
}

/** A float64 field; pass the unit by `config.unit` (Grafana's unit id: "percent", "s", "short"). */
export function numberField(name: string, values: ReadonlyArray<number | null>, extras: FieldExtras = {}): FieldOf<'float64'> {
  return field('float64', name, values, extras);
}

/** A field of plain text. */
export function stringField(name: string, values: ReadonlyArray<string | null>, extras: FieldExtras = {}): FieldOf<'string'> {
  return field('string', name, values, extras);
}

/**
 * A closed vocabulary as Grafana's enum: the panel gets the texts once and an index per row.
 * Throws FrameError for a value that is not among the texts.
 */
export function enumField(name: string, texts: readonly string[], values: ReadonlyArray<string | null>, extras: FieldExtras = {}): FieldOf<'enum'> {
  const index = new Map(texts.map((text, i) => [text, i]));
  const indexes = values.map((value) => {
    if (value === null) {
      return null;
    }
    const found = index.get(value);
    if (found === undefined) {
      throw new FrameError(`field "${name}": "${value}" is not one of ${texts.join(', ')}`);
    }
    return found;
  });
  return field('enum', name, indexes, { ...extras, config: { ...extras.config, type: { enum: { text: [...texts] } } } });
}
