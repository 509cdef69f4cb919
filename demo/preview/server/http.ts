import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpError, sendJson } from './answer';
import { refusal } from './guard';
import { type PreviewParts, route } from './routes';

export interface PreviewServer {
  url: string;
  port: number;
  close(): Promise<void>;
}

/** Serves the preview on 127.0.0.1. Port 0 takes a free one. Rejects when the port is taken. */
export async function servePreview(parts: PreviewParts, port = 0): Promise<PreviewServer> {
  let bound = port;
  const server = createServer((request, response) => {
    const reason = refusal(request, bound);
    if (reason) {
      sendJson(response, 403, { message: reason });
      return;
    }
    route(request, response, parts).catch((error: unknown) => {
      const status = error instanceof HttpError ? error.status : error instanceof TypeError || error instanceof URIError ? 400 : 502;
      const message = error instanceof URIError ? `The address ${request.url} cannot be read.` : error instanceof Error ? error.message : String(error);
      if (response.headersSent) {
        response.destroy();
      } else {
        sendJson(response, status, { message });
      }
    });
  });
  await listen(server, port);
  bound = (server.address() as AddressInfo).port;
  return { url: `http://127.0.0.1:${bound}/`, port: bound, close: () => close(server) };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} of 127.0.0.1 is taken; stop what uses it or give --port another one.`, { cause: error }) : error));
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
