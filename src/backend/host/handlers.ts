/**
 * What the host asks of the product: one function per call that Grafana makes, in plain types. Nothing of gRPC or
 * protobuf leaves this folder, and no person enters: of a user only the role is known.
 */
import type { Frame } from '../frames/frame';

export interface PluginHandlers {
  /** Grafana's "Save & test", and the product's own health checks. Throwing is shown as an error with the message. */
  checkHealth(request: HealthRequest, signal: AbortSignal): Promise<HealthResult>;
  /** Text in Prometheus' exposition format. */
  collectMetrics(): Promise<string>;
  /**
   * Answers by refId. Each query stands alone: one that fails carries its own error. A refId left out is answered as an
   * error by the host; throwing fails all queries of the request.
   */
  queryData(request: QueryRequest, signal: AbortSignal): Promise<ReadonlyMap<string, QueryResult>>;
  /** `/api/datasources/uid/<uid>/resources/<path>`: any viewer, any method; the role check is the handler's. */
  callResource(request: ResourceRequest, signal: AbortSignal): Promise<ResourceResponse>;
  /** May this caller listen to the channel `ds/<uid>/<path>`? */
  subscribeStream(request: StreamRequest, signal: AbortSignal): Promise<SubscribeResult>;
  /** May this caller send to the channel? */
  publishStream(request: StreamRequest, signal: AbortSignal): Promise<PublishResult>;
  /** Runs once per channel while someone listens; must end when the signal aborts. */
  runStream(request: StreamRequest, signal: AbortSignal): AsyncIterable<StreamItem>;
  /** Last call before the exit: finish writes, close the store. At most about a second is left. */
  close?(): Promise<void>;
}

/** Grafana's organisation roles; an unknown word counts as None. */
export type Role = 'Admin' | 'Editor' | 'Viewer' | 'None';

/** Who asks, as Grafana says it. The scope gate takes the identity from here and from nowhere else. */
export interface PluginContext {
  /** Organisation number; 0 when Grafana named none. */
  orgId: number;
  /** Grafana's later form of the organisation ("default", "org-2", "stacks-9"); absent in 12.4. */
  namespace?: string;
  /** Role of the user in the organisation; undefined when there is no user: alert rules, public dashboards. */
  role: Role | undefined;
  pluginId: string;
  /** The data source instance; undefined for calls that belong to none (metrics of the process). */
  dataSource: DataSourceSettings | undefined;
  /** Settings that Grafana sends with each request (feature toggles, proxy). */
  grafanaConfig: Readonly<Record<string, string>>;
}

export interface DataSourceSettings {
  uid: string;
  name: string;
  /** Parsed jsonData, `{}` when empty. Not validated: that is the settings schema's work. */
  jsonData: unknown;
  /** Decrypted secrets. Every value is registered with the log's redaction on its way in. */
  decryptedSecureJsonData: Readonly<Record<string, string>>;
  /** When the data source was last saved, in milliseconds since 1970 UTC. */
  lastUpdatedMS: number;
  /** Set only when somebody filled Grafana's generic fields, which this product does not use. */
  url?: string;
}

/** What the request was made for; of Grafana's forwarded headers only these and `headers` below pass the border. */
export interface RequestOrigin {
  /** An alert rule asks (header FromAlert). */
  fromAlert: boolean;
  dashboardUid?: string;
  panelId?: string;
  ruleUid?: string;
}

export interface HealthRequest {
  context: PluginContext;
  origin: RequestOrigin;
}

export interface HealthResult {
  status: 'ok' | 'error' | 'unknown';
  message: string;
  /** Shown under the message. */
  details?: { verboseMessage?: string; errorLink?: string; [key: string]: unknown };
}

export interface QueryRequest {
  context: PluginContext;
  origin: RequestOrigin;
  queries: DataQuery[];
}

export interface DataQuery {
  refId: string;
  queryType: string;
  /** Parsed query model; not validated. */
  json: unknown;
  /** Milliseconds since 1970 UTC. */
  fromMs: number;
  toMs: number;
  maxDataPoints: number;
  intervalMs: number;
}

export type QueryResult = { frames: Frame[] } | QueryFailure;

export interface QueryFailure {
  error: string;
  /** HTTP status that describes the failure: 400 bad request, 403 denied, 500 … */
  status: number;
  /** `downstream`: the store's or a source's fault; `plugin`: ours. */
  errorSource: 'plugin' | 'downstream';
  frames?: Frame[];
}

export interface ResourceRequest {
  context: PluginContext;
  origin: RequestOrigin;
  method: string;
  /** Path below `resources/`, without a leading slash. */
  path: string;
  query: URLSearchParams;
  /** content-type, accept, if-none-match and range only; names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

export interface ResourceResponse {
  status: number;
  headers?: Record<string, string>;
  /** An async iterable is sent chunk by chunk as it comes. */
  body?: Uint8Array | string | AsyncIterable<Uint8Array | string>;
}

export interface StreamRequest {
  context: PluginContext;
  path: string;
  /** Parsed JSON of the subscriber or publisher; undefined when none was sent or it is not JSON. */
  data: unknown;
}

export interface SubscribeResult {
  status: 'ok' | 'not found' | 'denied';
  /** Sent to the new listener at once. */
  initial?: StreamItem;
}

export interface PublishResult {
  status: 'ok' | 'not found' | 'denied';
  data?: unknown;
}

export type StreamItem = { frame: Frame } | { json: unknown };
