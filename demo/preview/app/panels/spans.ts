import { type DataFrame, type DisplayValue, type Field, FieldType, formattedValueToString, getDisplayProcessor, getFieldDisplayName, type GrafanaTheme2, type LinkModel } from '@grafana/data';

/** A stretch of time in one state; times are epoch milliseconds. */
export interface Span {
  from: number;
  to: number;
  text: string;
  display: DisplayValue;
  links: () => LinkModel[];
}

/** One line of a state timeline. */
export interface SpanRow {
  name: string;
  spans: Span[];
}

function displayOf(field: Field, theme: GrafanaTheme2, value: unknown): DisplayValue {
  return (field.display ?? getDisplayProcessor({ field, theme }))(value);
}

/** The spans of one field: each value holds until the next row (or its own end), null draws nothing. */
function spansOf(field: Field, times: number[], ends: Array<number | null> | undefined, until: number, merge: boolean, theme: GrafanaTheme2): Span[] {
  const spans: Span[] = [];
  times.forEach((from, row) => {
    const value: unknown = field.values[row];
    if (value === null || value === undefined) {
      return;
    }
    const to = ends?.[row] ?? times[row + 1] ?? until;
    const display = displayOf(field, theme, value);
    const text = formattedValueToString(display);
    const last = spans.at(-1);
    if (merge && last && last.text === text && last.to >= from) {
      last.to = Math.max(last.to, to);
      return;
    }
    spans.push({ from, to, text, display, links: () => field.getLinks?.({ valueRowIndex: row }) ?? [] });
  });
  return spans;
}

/** Turns frames (a time, an optional end time, and one field per line) into the lines of a timeline. */
export function spanRows(frames: DataFrame[], until: number, merge: boolean, theme: GrafanaTheme2): SpanRow[] {
  return frames.flatMap((frame) => {
    const [start, end] = frame.fields.filter((field) => field.type === FieldType.time);
    if (!start) {
      return [];
    }
    return frame.fields
      .filter((field) => field.type !== FieldType.time && !field.config.custom?.hideFrom?.viz)
      .map((field) => ({ name: getFieldDisplayName(field, frame, frames), spans: spansOf(field, start.values, end?.values, until, merge, theme) }));
  });
}
