import type { IncomingMessage, ServerResponse } from 'node:http';
import { securityHeaders } from './guard';

const largestBody = 4 * 1024 * 1024;

/** A refusal with a status that the client can show. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string
  ) {
    super(message);
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }, JSON.stringify(body));
}

export function send(response: ServerResponse, status: number, headers: Record<string, string | string[]>, body: string | Uint8Array): void {
  // What is left of a body that was refused would be read as the connection's next request.
  response.writeHead(status, { ...headers, ...securityHeaders, ...(status === 413 && { connection: 'close' }) });
  response.end(body);
}

/** The whole body, up to 4 MB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largestBody) {
      throw new HttpError(413, `A request body may have ${largestBody} bytes at most`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}
