import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { createClient, type Transport } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { GRPCController } from '../../../src/backend/host/gen/goplugin/plugin_pb';

/** Grafana's own figures: a start may take a minute, a dead plugin is seen within a second, a stop has two. */
const startWithinMs = 60_000;
const restartAfterMs = 1_000;
const stopWithinMs = 2_000;
const largestMessage = 64 * 1024 * 1024;

export interface BackendProcessOptions {
  /** The executable that Grafana would start, in dist/. */
  launcher: string;
  /** `GF_*` and `GF_PLUGIN_*` variables; nothing of this process's own environment is passed on. */
  env: Record<string, string>;
  /** One line of the plugin's log (stderr), as it came. */
  onLog?: (line: string) => void;
}

interface Running {
  child: ChildProcess;
  transport: Transport;
  /** Ends the connection. */
  hangUp: () => void;
}

/** The plugin as a child process, started, watched and stopped as Grafana does it. */
export class BackendProcess {
  private running: Promise<Running>;
  private child: ChildProcess | undefined;
  private stopping = false;
  /** How often the process died and was started again. */
  restarts = 0;

  constructor(private readonly options: BackendProcessOptions) {
    this.running = this.launch();
    this.running.catch(() => undefined); // callers of transport() get the reason
  }

  /** The way to the plugin, once it has said where it listens. Rejects with its last words when it did not start. */
  async transport(): Promise<Transport> {
    return (await this.running).transport;
  }

  /** The child's process id, undefined while there is none. */
  async pid(): Promise<number | undefined> {
    return (await this.running.catch(() => undefined))?.child.pid;
  }

  private async launch(): Promise<Running> {
    const { launcher, env, onLog } = this.options;
    const base = { grafana_plugin_type: 'datasource', PLUGIN_PROTOCOL_VERSIONS: '2', PLUGIN_MIN_PORT: '10000', PLUGIN_MAX_PORT: '25000', GF_VERSION: '12.4.0', GF_EDITION: 'Open Source' };
    // A group of its own: Ctrl-C in the terminal reaches this process only, which then stops the plugin in order.
    const child = spawn(launcher, [], { env: { ...base, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.child = child;
    const lastWords: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastWords.splice(0, Math.max(0, lastWords.length - 4));
      lastWords.push(line);
      onLog?.(line);
    });
    const ended = new Promise<never>((_resolve, reject) => {
      child.once('error', (error) => reject(new Error(`The backend ${launcher} could not be started: ${error.message}. Run "npm run build".`)));
      child.once('exit', (code, signal) => {
        reject(new Error(`The backend ended (${signal ?? `code ${code}`}). Its last words: ${lastWords.join(' | ') || 'none'}`));
        this.restartLater();
      });
    });
    ended.catch(() => undefined);
    const line = await Promise.race([firstLine(child), ended]);
    return { child, ...connectTo(line) };
  }

  private restartLater(): void {
    if (this.stopping) {
      return;
    }
    this.restarts += 1;
    this.running = new Promise<void>((resolve) => setTimeout(resolve, restartAfterMs)).then(() => {
      if (this.stopping) {
        throw new Error('The backend is stopped');
      }
      return this.launch();
    });
    this.running.catch(() => undefined);
  }

  /** Asks the plugin to finish; after two seconds it is killed. Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (!child || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const late = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    // Asked as soon as it listens; one that never does is killed when its time is up.
    const asked = this.running.then(async (running) => {
      await createClient(GRPCController, running.transport).shutdown({});
      return running;
    });
    asked.catch(() => undefined); // the connection ends with the process
    await gone;
    clearTimeout(late);
    await this.running.then((running) => running.hangUp()).catch(() => undefined);
  }
}

/** The handshake line. Rejects, and kills the child, when none comes within a minute. */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The backend printed no handshake line within ${startWithinMs / 1000} s`));
    }, startWithinMs);
    late.unref();
    createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> }).once('line', (line) => {
      clearTimeout(late);
      resolve(line);
    });
  });
}

function connectTo(handshake: string): Pick<Running, 'transport' | 'hangUp'> {
  const [core, protocol, network, address, kind] = handshake.split('|');
  if (core !== '1' || protocol !== '2' || kind !== 'grpc' || !address || (network !== 'unix' && network !== 'tcp')) {
    throw new Error(`The backend's first line is not a handshake ("1|2|unix|<socket>|grpc"): ${handshake}`);
  }
  const [host, port] = address.split(':');
  const createConnection = () => (network === 'unix' ? connect(address) : connect(Number(port), host));
  const sessionManager = new Http2SessionManager('http://plugin', {}, { createConnection, settings: { initialWindowSize: 8 * 1024 * 1024 } });
  const transport = createGrpcTransport({ baseUrl: 'http://plugin', sessionManager, readMaxBytes: largestMessage, writeMaxBytes: largestMessage });
  return { transport, hangUp: () => sessionManager.abort() };
}
