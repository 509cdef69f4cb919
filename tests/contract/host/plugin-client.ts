/**
 * A client for a running backend, in the tests' words. It speaks gRPC over the backend's socket as Grafana does.
 *
 *   const plugin = await startPlugin();                          // or { env, dataPath, executable }
 *   const answers = await plugin.queryData([{ refId: 'A', json: { … } }], { orgId: 2, role: 'Viewer' });
 *   expect(answers.A.frames[0].fields[0].values).toEqual([…]);   // decoded from the real Arrow bytes
 *   const page = await plugin.callResource('metrics', { method: 'GET' });
 *   await plugin.stop();                                         // graceful; fails unless it exits with 0 in time
 *
 * Stop it in afterAll/afterEach: a backend left running fails the whole run. The second argument of each call is the
 * caller (organisation, role, data source settings), see caller.ts; an admin of organisation 1 unless told.
 */
import { connect as connectSocket } from 'node:net';
import { createClient, type Client } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { decodeFrame } from '../../../src/backend/frames/decode';
import type { Frame } from '../../../src/backend/frames/frame';
import { GRPCBroker, GRPCController, GRPCStdio } from '../../../src/backend/host/gen/goplugin/plugin_pb';
import { Data, Diagnostics, Resource, Stream } from '../../../src/backend/host/gen/grafana/pluginv2_pb';
import { Health } from '../../../src/backend/host/gen/grpchealth/health_pb';
import { pluginContext, type Caller } from './caller';
import { startProcess, within, type Exit, type PluginProcess, type StartOptions } from './plugin-process';

export type { Caller } from './caller';
export type { StartOptions } from './plugin-process';

export interface QueryInit {
  refId?: string;
  json?: unknown;
  queryType?: string;
  fromMs?: number;
  toMs?: number;
  maxDataPoints?: number;
  intervalMs?: number;
}

export interface QueryAnswer {
  frames: Frame[];
  status: number;
  error: string;
  errorSource: string;
}

export interface ResourceInit {
  method?: string;
  /** Query string without "?". */
  query?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface ResourceAnswer {
  status: number;
  headers: Record<string, string[]>;
  body: string;
  /** As they came. */
  chunks: Uint8Array[];
}

export interface Plugin extends PluginProcess {
  /** The generated clients, for what has no word of its own here. */
  rpc: {
    diagnostics: Client<typeof Diagnostics>;
    data: Client<typeof Data>;
    resource: Client<typeof Resource>;
    stream: Client<typeof Stream>;
    health: Client<typeof Health>;
    controller: Client<typeof GRPCController>;
    stdio: Client<typeof GRPCStdio>;
    broker: Client<typeof GRPCBroker>;
  };
  socket: string;
  checkHealth(caller?: Caller): Promise<{ status: 'unknown' | 'ok' | 'error'; message: string; details: Record<string, unknown> }>;
  collectMetrics(): Promise<string>;
  queryData(queries: QueryInit[], caller?: Caller, headers?: Record<string, string>): Promise<Record<string, QueryAnswer>>;
  callResource(path: string, init?: ResourceInit, caller?: Caller): Promise<ResourceAnswer>;
  subscribe(path: string, data?: unknown, caller?: Caller): Promise<{ status: number; data: unknown }>;
  publish(path: string, data?: unknown, caller?: Caller): Promise<{ status: number; data: unknown }>;
  /** Parsed packets of a channel until the signal aborts. */
  runStream(path: string, signal: AbortSignal, caller?: Caller): AsyncIterable<unknown>;
  /** Log lines so far, parsed. */
  logs(): Array<Record<string, unknown>>;
  /** Asks for shutdown as Grafana does and waits for the exit; throws unless it comes within 2 s with code 0. */
  stop(): Promise<void>;
  /** SIGKILL, for tests of what survives it. */
  kill(): Promise<Exit>;
}

const MAX_BYTES = 256 * 1024 * 1024;

/** Starts a backend and connects to it. */
export async function startPlugin(options: StartOptions = {}): Promise<Plugin> {
  const started = await startProcess(options);
  const socket = started.firstLine.split('|')[3] ?? '';
  const sessions = new Http2SessionManager('http://plugin', {}, { createConnection: () => connectSocket(socket), settings: { initialWindowSize: 8 << 20 } });
  const transport = createGrpcTransport({ baseUrl: 'http://plugin', sessionManager: sessions, readMaxBytes: MAX_BYTES, writeMaxBytes: MAX_BYTES });
  const rpc: Plugin['rpc'] = {
    diagnostics: createClient(Diagnostics, transport),
    data: createClient(Data, transport),
    resource: createClient(Resource, transport),
    stream: createClient(Stream, transport),
    health: createClient(Health, transport),
    controller: createClient(GRPCController, transport),
    stdio: createClient(GRPCStdio, transport),
    broker: createClient(GRPCBroker, transport),
  };
  return {
    ...started,
    rpc,
    socket,
    ...calls(rpc),
    logs: () => parseLines(started.stderr()),
    stop: async () => {
      if (started.child.exitCode === null && started.child.signalCode === null) {
        await rpc.controller.shutdown({});
      }
      const { code, signal } = await within(2_000, started.exited, 'exit after Shutdown').finally(() => sessions.abort());
      if (code !== 0) {
        throw new Error(`the backend ended with ${code ?? signal} after Shutdown; stderr:\n${started.stderr()}`);
      }
    },
    kill: async () => {
      started.child.kill('SIGKILL');
      sessions.abort();
      return started.exited;
    },
  };
}

function calls(rpc: Plugin['rpc']): Pick<Plugin, 'checkHealth' | 'collectMetrics' | 'queryData' | 'callResource' | 'subscribe' | 'publish' | 'runStream'> {
  return {
    checkHealth: async (caller) => {
      const { status, message, jsonDetails } = await rpc.diagnostics.checkHealth({ pluginContext: pluginContext(caller) });
      return { status: (['unknown', 'ok', 'error'] as const)[status], message, details: (parse(jsonDetails) ?? {}) as Record<string, unknown> };
    },
    collectMetrics: async () => {
      // Grafana sends the plugin's id and nothing else here.
      const { metrics } = await rpc.diagnostics.collectMetrics({ pluginContext: { pluginId: 'soc-outcomes-datasource' } });
      return Buffer.from(metrics?.prometheus ?? []).toString('utf8');
    },
    queryData: async (queries, caller, headers = {}) => {
      const { responses } = await rpc.data.queryData({ pluginContext: pluginContext(caller), headers, queries: queries.map(wireQuery) });
      return Object.fromEntries(
        Object.entries(responses).map(([refId, { frames, status, error, errorSource }]) => [refId, { frames: frames.map(decodeFrame), status, error, errorSource }])
      );
    },
    callResource: async (path, { method = 'GET', query, headers = {}, body = '' } = {}, caller) => {
      const stream = rpc.resource.callResource({
        pluginContext: pluginContext(caller), path, method, url: query === undefined ? path : `${path}?${query}`,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { values: [value] }])),
        body: typeof body === 'string' ? Buffer.from(body) : body,
      });
      const chunks: Uint8Array[] = [];
      let first: { code: number; headers: Record<string, { values: string[] }> } | undefined;
      for await (const chunk of stream) {
        first ??= chunk;
        chunks.push(chunk.body);
      }
      const names = Object.entries(first?.headers ?? {}).map(([name, { values }]): [string, string[]] => [name.toLowerCase(), values]);
      return { status: first?.code ?? 0, headers: Object.fromEntries(names), body: Buffer.concat(chunks).toString('utf8'), chunks };
    },
    subscribe: async (path, data, caller) => {
      const answer = await rpc.stream.subscribeStream({ pluginContext: pluginContext(caller), path, data: json(data) });
      return { status: answer.status, data: parse(answer.data) };
    },
    publish: async (path, data, caller) => {
      const answer = await rpc.stream.publishStream({ pluginContext: pluginContext(caller), path, data: json(data) });
      return { status: answer.status, data: parse(answer.data) };
    },
    async *runStream(path, signal, caller) {
      for await (const packet of rpc.stream.runStream({ pluginContext: pluginContext(caller), path }, { signal })) {
        yield parse(packet.data);
      }
    },
  };
}

function wireQuery({ refId = 'A', json: model = {}, queryType = '', fromMs = 0, toMs = 0, maxDataPoints = 1000, intervalMs = 60_000 }: QueryInit) {
  return {
    refId, queryType, json: typeof model === 'string' ? Buffer.from(model) : json(model),
    maxDataPoints: BigInt(maxDataPoints), intervalMS: BigInt(intervalMs),
    timeRange: { fromEpochMS: BigInt(fromMs), toEpochMS: BigInt(toMs) },
  };
}

function json(value: unknown): Uint8Array {
  return value === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(value), 'utf8');
}

function parse(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? undefined : (JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown);
}

function parseLines(text: string): Array<Record<string, unknown>> {
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
}
