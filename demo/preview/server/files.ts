import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { send } from './answer';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};

/** Answers with a file of the built app; false when there is none of that name (a path out of the folder counts as none). */
export async function sendFile(response: ServerResponse, folder: string, urlPath: string): Promise<boolean> {
  const file = path.join(folder, path.normalize(`/${urlPath}`));
  const type = types[path.extname(file)];
  if (!type || !file.startsWith(folder + path.sep)) {
    return false;
  }
  const content = await readFile(file).catch(() => null);
  if (content === null) {
    return false;
  }
  // Names under /assets carry a hash of the content.
  const cache = urlPath.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : urlPath.startsWith('/public/') ? 'public, max-age=3600' : 'no-cache';
  send(response, 200, { 'content-type': type, 'cache-control': cache }, content);
  return true;
}
