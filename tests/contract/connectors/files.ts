import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFilesConnector } from '../../../src/backend/connectors/files';
import type { Connector, ReadContext } from '../../../src/backend/connectors/stream';
import { filesSource, type FilesSettings } from '../../../src/settings/sources';
import { readAll, streamOf, type ReadResult } from './read';

/** Real files in a folder of their own, read by the real connector. */
export const NOW = Date.UTC(2026, 5, 1, 12);
export const WHOLE = { from: 0, to: NOW };
export const folder = (): { readonly path: string; write(name: string, text: string | Buffer): string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'soc-files-'));
  return { path, write: (name, text) => { const file = join(path, name); writeFileSync(file, text); return file; }, remove: () => rmSync(path, { recursive: true, force: true }) };
};
export const context = (): ReadContext => ({ http: { request: () => Promise.reject(new Error('a files source has no network')) }, now: () => NOW, signal: new AbortController().signal, cache: new Map() });
export const settingsOf = (stream: Record<string, unknown>, more: Record<string, unknown> = {}): FilesSettings =>
  filesSource.parse({ id: 'export', system: 'files', streams: [{ name: 'x', kind: 'asset', path: 'x.csv', format: 'csv', ...stream }], ...more });
export const connect = (roots: readonly string[], settings: FilesSettings, pageSize?: number): Connector =>
  createFilesConnector(settings, [{ id: 'acme' }, { id: 'beta' }], { filesRoots: roots, ...(pageSize === undefined ? {} : { pageSize }) });
export const read = (connector: Connector, from: ReadContext = context()): Promise<ReadResult> => readAll(streamOf(connector, 'x'), from, WHOLE);
export const rejectsOf = (result: ReadResult) => result.pages.flatMap(p => p.rejects);
