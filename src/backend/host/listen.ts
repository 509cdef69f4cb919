/** Opens the socket that Grafana connects to, and says where it is. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import type { Http2Server } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Address {
  network: 'unix' | 'tcp';
  address: string;
  /** Removes what lies in the file system. */
  remove(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A unix socket of mode 0600 in a folder of mode 0700, under PLUGIN_UNIX_SOCKET_DIR or the temporary folder; on Windows
 * a port of 127.0.0.1 between PLUGIN_MIN_PORT and PLUGIN_MAX_PORT. Rejects with the folder or port range in the message.
 */
export async function listen(server: Http2Server, env: Environment, platform: NodeJS.Platform = process.platform): Promise<Address> {
  return platform === 'win32' ? listenOnPort(server, env) : listenOnSocket(server, env);
}

async function listenOnSocket(server: Http2Server, env: Environment): Promise<Address> {
  const folder = mkdtempSync(join(env.PLUGIN_UNIX_SOCKET_DIR || tmpdir(), 'soc-plugin-'));
  const address = join(folder, 'plugin.sock');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // The socket is made by bind(): only the umask keeps it closed in the moment before chmod.
  const before = process.umask(0o177);
  try {
    await bound(server, () => server.listen(address));
  } catch (error) {
    remove();
    throw new Error(`cannot listen on ${address}: ${(error as Error).message}`);
  } finally {
    process.umask(before);
  }
  chmodSync(address, 0o600);
  return { network: 'unix', address, remove };
}

async function listenOnPort(server: Http2Server, env: Environment): Promise<Address> {
  const first = Number(env.PLUGIN_MIN_PORT || 10_000);
  const last = Number(env.PLUGIN_MAX_PORT || 25_000);
  for (let port = first; port <= last; port++) {
    try {
      await bound(server, () => server.listen(port, '127.0.0.1'));
      return { network: 'tcp', address: `127.0.0.1:${port}`, remove: () => {} };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
        throw error;
      }
    }
  }
  throw new Error(`no free port on 127.0.0.1 from ${first} to ${last} (PLUGIN_MIN_PORT, PLUGIN_MAX_PORT)`);
}

function bound(server: Http2Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(error);
    server.once('error', failed);
    server.once('listening', () => {
      server.off('error', failed);
      resolve();
    });
    start();
  });
}
