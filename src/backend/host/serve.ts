/** The plugin process: a gRPC server on a private socket, announced by one line on stdout. */
import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import { setMaxListeners } from 'node:events';
import { writeSync } from 'node:fs';
import { format } from 'node:util';
import type { Interceptor } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import type { PluginHandlers } from './handlers';
import { stopper, watchParent, watchSignals, type Stoppable } from './lifecycle';
import { listen, type Address } from './listen';
import { createLogger, logLevel, type Logger } from './logger';
import { pluginServices } from './plugin-services';
import { processServices } from './process-services';

/** Largest message in either direction. Grafana's own side has no limit; 16 MB is what it must be able to send. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const WINDOW_BYTES = 8 * 1024 * 1024;

export interface ServeOptions {
  log?: Logger;
  env?: Readonly<Record<string, string | undefined>>;
  /** Runs after the handshake line is out: open the store here, not before. A rejection ends the process. */
  start?: () => Promise<void>;
}

/**
 * Serves `handlers` until Grafana asks to stop or goes away. Resolves when the handshake line is printed. Takes over the
 * process: signals, uncaught errors, console. Exits with 1 and a message when not started by Grafana or unable to listen.
 */
export async function serve(handlers: PluginHandlers, options: ServeOptions = {}): Promise<void> {
  const parent = process.ppid; // Before anything else: a parent that dies while we start must be missed.
  const env = options.env ?? process.env;
  const log = options.log ?? createLogger({ level: logLevel(env.GF_PLUGIN_LOG_LEVEL) });
  const exit = (code: number) => process.exit(code);
  process.stderr.on('error', () => {}); // A parent that died no longer reads; the watch on it ends this process.
  if (env.grafana_plugin_type === undefined) {
    log.error('this is a Grafana plugin and is started by Grafana; for a look without Grafana run "npm start"');
    return exit(1);
  }
  consoleToLog(log);

  const ending = new AbortController();
  const aborting = new AbortController();
  // One listener per call under way; each leaves with its call.
  setMaxListeners(0, aborting.signal);
  const calls = new InFlight();
  let stop: (reason: string) => void = () => {};
  const adapter = connectNodeAdapter({
    connect: false, grpcWeb: false, grpc: true,
    acceptCompression: [], // Both ends are on one machine.
    readMaxBytes: MAX_MESSAGE_BYTES, writeMaxBytes: MAX_MESSAGE_BYTES,
    binaryOptions: { readUnknownFields: false }, // The user's login, name and e-mail are unknown fields to us, and stay so.
    shutdownSignal: aborting.signal,
    interceptors: [calls.interceptor],
    routes: (router) => {
      pluginServices(router, handlers, log, ending.signal);
      processServices(router, () => stop('Grafana asked to shut down'), ending.signal);
    },
  });
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer({ settings: { initialWindowSize: WINDOW_BYTES }, maxSessionMemory: 1024 }, adapter);
  server.on('session', (session) => {
    session.setLocalWindowSize(WINDOW_BYTES);
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', (error) => log.debug('connection failed', { error }));
  });

  const parts: Stoppable = {
    beginStop: () => {
      ending.abort();
      server.close();
    },
    drained: () => calls.none(),
    abort: () => aborting.abort(),
    close: async () => {
      await handlers.close?.();
      await endSessions(sessions);
    },
  };
  stop = stopper(parts, log, exit);
  watchSignals(stop, log, exit);
  let address: Address;
  try {
    address = await listen(server, env);
  } catch (error) {
    log.error((error as Error).message);
    return exit(1);
  }
  process.on('exit', address.remove);
  try {
    writeSync(1, `1|2|${address.network}|${address.address}|grpc\n`);
  } catch (error) {
    log.error('nobody reads the first line on stdout: Grafana is gone', { error });
    return exit(1);
  }
  watchParent(stop, parent);
  keepServing(server, log);
  options.start?.().catch((error: unknown) => {
    log.error(`the start failed: ${error instanceof Error ? error.message : String(error)}`, { error });
    exit(1);
  });
}

/** Counts unary calls, the ones a stop waits for; streams end by themselves when the stop begins. */
class InFlight {
  private count = 0;
  private waiting: Array<() => void> = [];

  readonly interceptor: Interceptor = (next) => async (request) => {
    if (request.stream) {
      return next(request);
    }
    this.count++;
    try {
      return await next(request);
    } finally {
      this.count--;
      if (this.count === 0) {
        this.waiting.splice(0).forEach((resolve) => resolve());
      }
    }
  };

  none(): Promise<void> {
    return this.count === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }
}

/** Lets answers already written reach the other end, but no longer than a moment. */
async function endSessions(sessions: ReadonlySet<ServerHttp2Session>): Promise<void> {
  const closed = [...sessions].map((session) => new Promise<void>((resolve) => session.close(resolve)));
  const moment = new Promise<void>((resolve) => setTimeout(resolve, 500).unref());
  await Promise.race([Promise.all(closed), moment]);
  sessions.forEach((session) => session.destroy());
}

/** stdout belongs to the handshake: what any library prints goes to the log. */
function consoleToLog(log: Logger): void {
  console.log = console.info = (...args: unknown[]) => log.info(format(...args));
  console.debug = (...args: unknown[]) => log.debug(format(...args));
  console.warn = (...args: unknown[]) => log.warn(format(...args));
  console.error = (...args: unknown[]) => log.error(format(...args));
}

function keepServing(server: Http2Server, log: Logger): void {
  server.on('error', (error) => log.error('the server failed', { error }));
  server.on('sessionError', (error) => log.debug('a connection failed', { error }));
}
