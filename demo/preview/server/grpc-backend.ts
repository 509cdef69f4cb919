import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { frameToJson } from '../../../src/backend/frames/dataframe-json';
import { decodeFrame } from '../../../src/backend/frames/decode';
import { CheckHealthResponse_HealthStatus as Health, Data, Diagnostics, type PluginContextSchema, Resource, StringListSchema } from '../../../src/backend/host/gen/grafana/pluginv2_pb';
import type { BackendProcess } from './backend-process';
import type { CallHeaders, HealthAnswer, PluginBackend, QueryBody, RefAnswer, ResourceAnswer, ResourceCall } from './plugin-backend';

/** Settings of the data source as Grafana keeps them. */
export interface InstanceSettings {
  uid: string;
  name: string;
  jsonData: Record<string, unknown>;
  secureJsonData: Record<string, string>;
  lastUpdatedMS: number;
}

/** Who asks: decided by the preview's configuration, never by the browser. */
export interface Identity {
  orgId: number;
  role: 'Viewer' | 'Editor' | 'Admin';
}

export const pluginId = 'socoutcomes-metrics-datasource';
const text = new TextEncoder();

/** The context that Grafana sends with every call. */
export function pluginContext(settings: InstanceSettings, identity: Identity, version: string): MessageInitShape<typeof PluginContextSchema> {
  return {
    orgId: BigInt(identity.orgId),
    pluginId,
    pluginVersion: version,
    userAgent: 'Grafana/12.4.0 (preview)',
    user: { role: identity.role },
    dataSourceInstanceSettings: {
      id: 1n,
      uid: settings.uid,
      name: settings.name,
      jsonData: text.encode(JSON.stringify(settings.jsonData)),
      decryptedSecureJsonData: settings.secureJsonData,
      lastUpdatedMS: BigInt(settings.lastUpdatedMS),
    },
  };
}

const forwarded = (headers: CallHeaders): CallHeaders => Object.fromEntries(Object.entries(headers).map(([name, value]) => [`http_${name}`, value]));

/** The plugin behind gRPC: Grafana's HTTP shapes in, Grafana's HTTP shapes out. */
export class GrpcBackend implements PluginBackend {
  constructor(
    private readonly process: Pick<BackendProcess, 'transport'>,
    private context: MessageInitShape<typeof PluginContextSchema>
  ) {}

  /** The data source was saved: every later call carries the new settings, as Grafana's do. */
  saved(context: MessageInitShape<typeof PluginContextSchema>): void {
    this.context = context;
  }

  async query(body: QueryBody, headers: CallHeaders): Promise<Record<string, RefAnswer>> {
    const timeRange = { fromEpochMS: BigInt(epoch(body.from, 'from')), toEpochMS: BigInt(epoch(body.to, 'to')) };
    const queries = body.queries.map((query) => ({
      refId: query.refId,
      queryType: query.queryType ?? '',
      maxDataPoints: whole(query.maxDataPoints, 100),
      intervalMS: whole(query.intervalMs, 1000),
      timeRange,
      json: text.encode(JSON.stringify(query)),
    }));
    const client = createClient(Data, await this.process.transport());
    const { responses } = await client.queryData({ pluginContext: this.context, headers: forwarded(headers), queries });
    return Object.fromEntries(
      Object.entries(responses).map(([refId, { status, frames, error, errorSource }]) => [
        refId,
        { status: status || (error ? 500 : 200), frames: frames.map((bytes) => frameToJson(decodeFrame(bytes))), ...(error ? { error, errorSource: errorSource || 'plugin' } : {}) },
      ])
    );
  }

  async resource({ method, path, search, headers, body }: ResourceCall): Promise<ResourceAnswer> {
    const client = createClient(Resource, await this.process.transport());
    const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, create(StringListSchema, { values: [value] })]));
    const stream = client.callResource({ pluginContext: this.context, method, path, url: search ? `${path}?${search}` : path, headers: lists, body });
    const parts: Uint8Array[] = [];
    let first: Pick<ResourceAnswer, 'status' | 'headers'> | undefined;
    for await (const chunk of stream) {
      first ??= { status: chunk.code || 200, headers: Object.fromEntries(Object.entries(chunk.headers).map(([name, list]) => [name, list.values])) };
      parts.push(chunk.body);
    }
    return { ...(first ?? { status: 502, headers: {} }), body: Buffer.concat(parts) };
  }

  async health(headers: CallHeaders): Promise<HealthAnswer> {
    const client = createClient(Diagnostics, await this.process.transport());
    const { status, message, jsonDetails } = await client.checkHealth({ pluginContext: this.context, headers: forwarded(headers) });
    const name = status === Health.OK ? 'OK' : status === Health.ERROR ? 'ERROR' : 'UNKNOWN';
    const details = jsonDetails.length > 0 ? (JSON.parse(Buffer.from(jsonDetails).toString('utf8')) as Record<string, unknown>) : {};
    return { status: name, message, details };
  }
}

/** A count from a browser; what is none is the default. */
const whole = (value: unknown, otherwise: number): bigint => BigInt(typeof value === 'number' && Number.isFinite(value) ? Math.round(value) : otherwise);

/** Epoch milliseconds; the browser has resolved "now-6h" before it asks. */
function epoch(value: string, field: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isSafeInteger(number)) {
    throw new TypeError(`"${field}" must be epoch milliseconds, got ${JSON.stringify(value)}`);
  }
  return number;
}
