import { isNativeError } from 'node:util/types';
import { StoreError } from '../errors';

/** Exports: classify. DuckDB's message → an error that says what to do; `fatal` = the instance is gone. */
export function classify(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  // The engine's errors are made outside of this realm in a test.
  const text = isNativeError(error) ? error.message : String(error);
  const make = (code: StoreError['code'], message: string) => new StoreError(code, message, { cause: error });
  if (/invalidated|FATAL Error|^INTERNAL Error/i.test(text)) {
    return make('fatal', `the store ${path} stopped after a failure and must be opened again: ${first(text)}. Look for a full disk first; nothing that was reported as written is lost.`);
  }
  if (/No space left|disk is full|max_temp_directory_size|failed to offload/i.test(text)) {
    return make('disk_full', `the store ${path} has no room: ${first(text)}. Free space on that disk, or set data_path to a larger one.`);
  }
  if (/Could not set lock|Conflicting lock/i.test(text)) {
    const pid = /PID (\d+)/i.exec(text)?.[1];
    return make('locked', `the store ${path} is held by another process${pid ? ` (PID ${pid})` : ''}. Stop that process, or give this one another data_path.`);
  }
  if (/Permission denied|Read-only file system|Cannot open file|No such file or directory|Not a directory/i.test(text)) {
    return make('not_writable', `the store ${path} cannot be opened or written: ${first(text)}. Set data_path to a folder this process may write.`);
  }
  if (/not a valid DuckDB database|Corrupt database file|checksum|Could not read (enough bytes )?from file|failed to deserialize|Is a directory/i.test(text)) {
    return make('broken', `the store ${path} cannot be read: ${first(text)}. Look at the disk and put a copy of the file back; or move it away, and sources are read again from their start (months that were frozen, and the list of grants, are in that file alone).`);
  }
  if (/INTERRUPT/i.test(text)) return make('cancelled', 'the query was interrupted');
  if (/Out of Memory/i.test(text)) return make('memory', `the store needs more memory than limits.memoryMb allows: ${first(text)}. Ask for a shorter range or fewer groups, or raise limits.memoryMb.`);
  return make('statement', `the store refused a statement: ${text.slice(0, 600)}`);
}
const first = (text: string): string => text.split('\n')[0]!.slice(0, 300).replace(/[.!]+$/, '');
