import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { pipeline, Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SourceError } from '../http/port';
import type { FoundFile } from './paths';

/** Exports: openBytes, hashOf, tailBefore, fileFailure. Files as streams of chunks; a whole file is never held. */

/** Bytes of a file from an offset on; for `.gz` the offset counts unpacked bytes. Destroy it when done. */
export function openBytes(file: FoundFile, offset: number): Readable {
  // The path is free of links already: a link put there since is not followed.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);
  const gz = file.path.endsWith('.gz');
  const raw = createReadStream(file.path, { flags: flags as unknown as string, start: gz ? 0 : offset });
  if (!gz) return raw;
  let skip = offset;
  const skipper = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const part = skip >= chunk.length ? null : chunk.subarray(skip);
      skip = Math.max(0, skip - chunk.length);
      if (part) this.push(part);
      done();
    },
  });
  return pipeline(raw, createGunzip(), skipper, () => undefined);
}

/** SHA-256 of the files as they lie on disk, in order. */
export async function hashOf(files: readonly FoundFile[], signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file.path}\n`);
    for await (const chunk of createReadStream(file.path)) { signal.throwIfAborted(); hash.update(chunk as Buffer); }
  }
  return hash.digest('hex');
}

const TAIL = 256;
/** Fingerprint of the bytes before an offset: tells whether a file that grew is still the one that was being read. */
export async function tailBefore(file: FoundFile, offset: number): Promise<string> {
  const hash = createHash('sha256');
  if (offset > 0) for await (const chunk of createReadStream(file.path, { start: Math.max(0, offset - TAIL), end: offset - 1 })) hash.update(chunk as Buffer);
  return hash.digest('base64url').slice(0, 22);
}

/** What went wrong with a file, as an error to act on. Passes errors that are one already. */
export function fileFailure(source: string, stream: string, file: FoundFile, error: unknown): unknown {
  if (error instanceof SourceError) return error;
  const code = String((error as { code?: unknown }).code ?? '');
  const make = (kind: 'forbidden' | 'not_found' | 'body', message: string, remedy: string): SourceError => new SourceError(kind, source, `stream ${stream}: ${file.name} ${message}`, remedy);
  switch (code) {
    case 'ENOENT': return make('not_found', 'vanished while it was read.', 'Write exports to another name and rename them; it is read again later.');
    case 'EACCES': case 'EPERM': return make('forbidden', 'may not be read.', 'Give the account of Grafana read access to the file and its folder.');
    case 'ELOOP': return make('forbidden', 'became a link while it was read.', 'Put the file itself below files_root.');
    case 'Z_DATA_ERROR': case 'Z_BUF_ERROR': return make('body', 'is no whole gzip file.', 'Check that the export finished; the rows around the break are read once it is whole, and what is stored stays.');
    case 'CSV_QUOTE_NOT_CLOSED': case 'CSV_MAX_RECORD_SIZE':
      return make('body', `is broken near line ${String((error as { lines?: unknown }).lines ?? '?')}: a quoted text is not closed, or a record is larger than 1 MB.`, 'Mend the quotes in that line or the delimiter setting; the rows around it are read then, and what is stored stays.');
    default: return code.startsWith('E') || code.startsWith('CSV_') ? make('body', `could not be read (${code}).`, 'Check the file and the disk.') : error;
  }
}
