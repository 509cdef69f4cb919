import { createHttpClient, type SourceSecrets } from '../../../src/backend/connectors/http/client';
import type { HttpClient } from '../../../src/backend/connectors/http/port';
import type { Connector, Notice, Page, ReadContext, Stream, Window } from '../../../src/backend/connectors/stream';
import type { HttpSettings } from '../../../src/settings/sources';
import { NOW } from './world';

/** What a connector gets: the real HTTP client, allowed to reach 127.0.0.1, with a sleep that only notes how long it was. */
export function contextFor(settings: HttpSettings & { id: string; auth: Parameters<typeof createHttpClient>[0]['auth'] }, secrets: SourceSecrets, now: () => number = () => NOW): ReadContext & { readonly slept: number[]; readonly http: HttpClient } {
  const slept: number[] = [];
  const http = createHttpClient(settings, secrets, { sourceId: settings.id, allowedHosts: ['127.0.0.1:*'], now, sleep: async ms => { slept.push(ms); } });
  return { http, now, signal: new AbortController().signal, cache: new Map(), slept };
}

export const streamOf = (connector: Connector, name: string): Stream => {
  const stream = connector.streams.find(s => s.name === name);
  if (!stream) throw new Error(`the connector has no stream "${name}"; it has ${connector.streams.map(s => s.name).join(', ')}`);
  return stream;
};

export interface ReadResult { readonly pages: Page[]; readonly rows: { id: string; nativeId: string; changed: number; source: string; gone: number | null }[]; readonly ids: string[]; readonly notices: Notice[]; readonly complete: boolean }

/** Reads a window to its end, cursors through JSON as the store keeps them. Fails after 2,000 pages: such a stream never ends. */
export async function readAll(stream: Stream, context: ReadContext, window: Window, from: unknown | null = null): Promise<ReadResult> {
  const pages: Page[] = [];
  let cursor = from;
  do {
    const page = await stream.read(context, window, cursor === null ? null : JSON.parse(JSON.stringify(cursor)));
    pages.push(page);
    cursor = page.cursor;
    if (pages.length > 2_000) throw new Error(`stream ${stream.name} gave 2,000 pages and no end`);
  } while (cursor !== null);
  const rows = pages.flatMap(p => p.rows as unknown as ReadResult['rows']);
  return { pages, rows, ids: [...new Set(rows.map(r => r.nativeId))].sort(), notices: pages.flatMap(p => p.notices), complete: pages.every(p => p.complete) };
}
