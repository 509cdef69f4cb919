import { parse } from 'csv-parse';
import { isObject, own } from '../own';
import { SourceError } from '../http/port';
import { openBytes } from './bytes';
import type { FileStream } from './fields';
import type { FoundFile } from './paths';

/** Exports: records, RawRecord, headerOf. Files as records, from any byte on, whatever their format. */
export interface RawRecord {
  /** Line of the file on which the record ends, from 1. */
  readonly line: number;
  /** Offset of the byte after the record: where reading goes on. */
  readonly end: number;
  /** Why the record is none; null for a whole one. */
  readonly broken: string | null;
  /** The value of a column (CSV) or dotted path (JSON Lines); undefined where the record has none. */
  get(column: string): unknown;
}
const MAX_RECORD = 1_000_000;
export interface Start { readonly offset: number; readonly line: number }

const csvOptions = (stream: FileStream) => ({
  info: true, delimiter: stream.delimiter, record_delimiter: ['\r\n', '\n'], skip_empty_lines: true, max_record_size: MAX_RECORD,
  // A quote inside a text is that character; a record of another width is refused here, with its line.
  relax_quotes: true, relax_column_count: true,
});
interface CsvItem { readonly record: string[]; readonly info: { readonly bytes: number; readonly lines: number } }

export interface Header { readonly columns: readonly string[]; readonly offset: number; readonly lines: number }
/** Header of a CSV file; null for an empty file. Throws SourceError for a file of UTF-16, as spreadsheets write on request. */
export async function headerOf(source: string, file: FoundFile, stream: FileStream): Promise<Header | null> {
  for await (const chunk of openBytes(file, 0)) {
    const [a, b] = chunk as Buffer;
    if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || (chunk as Buffer).subarray(0, 200).includes(0)) {
      throw new SourceError('body', source, `stream ${stream.name}: ${file.name} is not written in UTF-8.`, 'Export it as CSV UTF-8.');
    }
    break;
  }
  for await (const item of csvItems(file, stream, { offset: 0, line: 0 })) return { columns: item.record.map(c => c.trim()), offset: item.info.bytes, lines: item.info.lines };
  return null;
}
async function* csvItems(file: FoundFile, stream: FileStream, { offset, line }: Start): AsyncGenerator<CsvItem> {
  const bytes = openBytes(file, offset);
  const parser = parse({ ...csvOptions(stream), bom: offset === 0 });
  bytes.once('error', error => parser.destroy(error));
  bytes.pipe(parser);
  try { for await (const item of parser) yield item as CsvItem; } catch (error) {
    // Lines are counted from where reading began.
    const { lines } = error as { lines?: unknown };
    throw typeof lines === 'number' ? Object.assign(error as Error, { lines: line + lines }) : error;
  } finally { bytes.destroy(); parser.destroy(); }
}

/** The records of a file from `start` on (null: its beginning). Throws SourceError where a mapped column is missing. */
export async function* records(source: string, file: FoundFile, stream: FileStream, start: Start | null): AsyncGenerator<RawRecord> {
  if (stream.format === 'jsonl') return yield* jsonLines(file, start ?? { offset: 0, line: 0 });
  const header = await headerOf(source, file, stream);
  if (header === null) return;
  const index = new Map(header.columns.map((c, i) => [c, i]));
  requireColumns(source, stream, file, header.columns);
  const from = start ?? { offset: header.offset, line: header.lines };
  let twice = 0;
  for await (const { record, info } of csvItems(file, stream, from)) {
    // The parser counts a line break of two characters within quotes as two lines.
    for (const field of record) if (field.includes('\r\n')) twice += field.split('\r\n').length - 1;
    yield {
      line: from.line + info.lines - twice, end: from.offset + info.bytes,
      broken: record.length === header.columns.length ? null : `the row has another number of fields than the header (${header.columns.length}); check quotes and delimiter`,
      get: column => { const i = index.get(column); return i === undefined ? undefined : record[i]; },
    };
  }
}

/** Columns that `columns` maps; constants are none. */
export const mappedColumns = (stream: FileStream): (readonly [string, string])[] => Object.entries(stream.columns).filter(([, column]) => !column.startsWith('='));

export function requireColumns(source: string, stream: FileStream, file: FoundFile, columns: readonly string[]): void {
  const twice = mappedColumns(stream).find(([, column]) => columns.indexOf(column) !== columns.lastIndexOf(column));
  if (twice) throw new SourceError('body', source, `stream ${stream.name}: ${file.name} has the column "${twice[1]}" (columns.${twice[0]}) more than once, and nothing tells which one is meant.`, 'Give the columns of the export names of their own.');
  const missing = mappedColumns(stream).filter(([, column]) => !columns.includes(column));
  if (missing.length === 0) return;
  // Names of columns only, and few of them: a file read with the wrong delimiter has its first row for a name.
  throw new SourceError('body', source, `stream ${stream.name}: ${file.name} has no column ${missing.map(([field, column]) => `"${column}" (columns.${field})`).join(', ')}.`,
    `Mend the mapping, or the delimiter ("${stream.delimiter}"); the file has: ${columns.slice(0, 40).join(', ').slice(0, 300)}.`);
}

/** A dotted path within a parsed line: the key as it stands first, then part by part. Own properties only. */
export function atPath(value: unknown, path: string): unknown {
  const whole = own(value, path);
  return whole !== undefined ? whole : path.split('.').reduce<unknown>((at, part) => own(at, part), value);
}

async function* jsonLines(file: FoundFile, start: Start): AsyncGenerator<RawRecord> {
  const bytes = openBytes(file, start.offset);
  let { offset, line } = start;
  let rest: Buffer[] = [];
  let held = 0;
  const emit = (whole: Buffer, ended: number): RawRecord | null => {
    offset += whole.length + ended;
    line++;
    const text = whole.toString('utf8').replace(/^\uFEFF/, '').trim();
    return text === '' ? null : parsed(text, line, offset);
  };
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
        const record = emit(rest.length === 0 ? chunk.subarray(from, at) : Buffer.concat([...rest, chunk.subarray(from, at)]), 1);
        rest = []; held = 0; from = at + 1;
        if (record) yield record;
      }
      if (from < chunk.length) { rest.push(chunk.subarray(from)); held += chunk.length - from; }
      if (held > MAX_RECORD) throw Object.assign(new Error('line too long'), { code: 'CSV_MAX_RECORD_SIZE', lines: line + 1 });
    }
    if (held > 0) { const record = emit(Buffer.concat(rest), 0); if (record) yield record; }
  } finally { bytes.destroy(); }
}
function parsed(text: string, line: number, end: number): RawRecord {
  let value: unknown;
  try { value = JSON.parse(text); } catch { value = undefined; }
  return { line, end, broken: isObject(value) ? null : 'the line is no JSON object', get: path => atPath(value, path) };
}
