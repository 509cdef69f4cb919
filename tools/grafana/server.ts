/** A Grafana server as a child process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface GrafanaServer {
  readonly url: string;
  /** Status and body of a GET with the administrator's name. */
  get(path: string): Promise<{ status: number; body: string }>;
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

/** The program of a Grafana home: `bin/grafana`, or `bin/grafana-server` of older packages. Throws with the places looked at. */
export function grafanaBinary(home: string, asked?: string): string {
  const places = asked ? [asked] : ['bin/grafana', 'bin/grafana.exe', 'bin/grafana-server', '../../sbin/grafana-server'].map(place => join(home, place));
  const found = places.find(place => existsSync(place));
  if (found === undefined) throw new Error(`No Grafana program: ${places.join(', ')} ${places.length > 1 ? 'do' : 'does'} not exist. --home names the folder with conf/ and public/, --bin the program itself.`);
  return found;
}

export interface ServerOptions { readonly binary: string; readonly home: string; readonly config: string; readonly port: number; readonly adminPassword: string; readonly signal: AbortSignal }

/** Starts it and waits until it says that it is healthy. Rejects with its last lines when it ends before. */
export async function startGrafana({ binary, home, config, port, adminPassword, signal }: ServerOptions): Promise<GrafanaServer> {
  const server = basename(binary).startsWith('grafana-server') ? [] : ['server'];
  // In a group of its own, so that Ctrl-C reaches it once, from here. Of our environment it gets what programs need to run.
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  const child = spawn(binary, [...server, '--homepath', home, '--config', config], { cwd: home, env: { PATH, HOME, TMPDIR, LANG }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { last.push(...text.split('\n').filter(Boolean)); last.splice(0, last.length - 15); });
  const exited = new Promise<void>(done => { child.once('exit', () => done()); child.once('error', error => { last.push(String(error)); done(); }); });
  const url = `http://127.0.0.1:${port}`;
  const get = async (path: string) => {
    const answer = await fetch(new URL(path, url), { headers: { authorization: `Basic ${Buffer.from(`admin:${adminPassword}`).toString('base64')}` }, signal: AbortSignal.timeout(30_000) });
    return { status: answer.status, body: await answer.text() };
  };
  const stop = () => stopChild(child, exited);
  let over = false;
  void exited.then(() => { over = true; });
  while (!over && !signal.aborted) {
    const health = await get('/api/health').catch(() => null);
    if (health?.status === 200) return { url, get, exited, stop };
    await new Promise(done => setTimeout(done, 200));
  }
  await stop();
  throw new Error(signal.aborted ? 'Interrupted before Grafana was up.' : `Grafana ended before it was up. Its last lines:\n${last.join('\n')}`);
}

async function stopChild(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await exited;
  clearTimeout(timer);
}
