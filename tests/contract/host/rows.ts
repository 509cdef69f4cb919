/**
 * What Grafana expects of a backend, row by row (host-protocol.md): the contract's own words, and the test that holds them as
 * `file: name`. rows.test.ts fails when a row has no test, when a test is gone or renamed, and when the contract says what no row holds.
 */
export interface Row { readonly says: string; readonly tests: readonly string[] }
const HOST = 'tests/contract/host';
const [CALLS, PROCESS, ENDINGS, PROTO] = [`${HOST}/calls.test.ts`, `${HOST}/process.test.ts`, `${HOST}/endings.test.ts`, `${HOST}/proto.test.ts`];
const FRAMES = 'src/backend/frames/frames.test.ts';
const LOGGER = 'src/backend/host/logger.test.ts';
const BACKEND = 'tests/contract/backend/backend.test.ts';
const ALERTS = 'tests/contract/provisioning/alerts.test.ts';

export const ROWS: readonly Row[] = [
  // Start
  { says: 'Grafana runs `<dir>/<executable>_<os>_<arch>`', tests: ['tools/build/manifest.test.ts: named as its executable, with an alert view for the alerting it claims', 'tools/build/build.test.ts: runs the backend by the Node of the build, without any environment, from a folder with a space'] },
  { says: 'The first line on', tests: [`${PROCESS}: the first line on stdout is the handshake, and nothing follows it`] },
  { says: 'stdout must be exactly `1|2|unix|<socket path>|grpc`', tests: [`${PROCESS}: the first line on stdout is the handshake, and nothing follows it`] },
  { says: '(tcp on Windows)', tests: ['src/backend/host/listen.test.ts: on Windows: the first free port of the range, on 127.0.0.1 alone', 'src/backend/host/listen.test.ts: a range without a free port is named'] },
  { says: 'nothing may be printed before it', tests: [`${PROCESS}: the first line on stdout is the handshake, and nothing follows it`, `${ENDINGS}: a start that fails comes after the handshake, is logged, and ends with 1`] },
  { says: 'Plain HTTP/2 without TLS on that socket (mode 0600).', tests: [`${PROCESS}: the socket and its folder belong to the owner alone`] },
  { says: 'Ignore SIGINT.', tests: [`${PROCESS}: SIGINT is ignored`] },
  { says: '`plugin.GRPCController/Shutdown` means finish and exit;', tests: [`${PROCESS}: shutdown: answers, exits with 0 within 2 s, and takes its socket along`, `${ENDINGS}: a call in flight is finished before the exit, and the store is closed after it`] },
  { says: '2 s later it is killed.', tests: [`${ENDINGS}: a call that never ends is aborted, and the exit still comes within 2 s`, `${ENDINGS}: open streams do not hold it up`] },
  { says: 'Grafana looks every second and restarts a dead one.', tests: [`${PROCESS}: after a kill it starts again on the same data`] },
  { says: '`grpc.health.v1.Health` (service "plugin" SERVING)', tests: [`${PROCESS}: health: "plugin" is SERVING, another service is unknown, Watch stays open`] },
  { says: '`plugin.GRPCStdio/StreamStdio` (hold open)', tests: [`${PROCESS}: the stdio stream is open until the shutdown and then ends`] },
  { says: '`GRPCBroker` may be unimplemented.', tests: [`${PROCESS}: the broker is unimplemented`] },
  // Logs
  { says: 'stderr, one JSON object per line with string `@message`, `@level`, `@timestamp`', tests: [`${PROCESS}: every line on stderr is a log line of the host`, `${LOGGER}: one JSON object per line, with six digits of the second`] },
  { says: 'the timestamp needs exactly six fractional digits', tests: [`${ENDINGS}: fields are plain values beside message, level and a timestamp of six digits`] },
  { says: 'a non-string value in these three can crash Grafana itself', tests: [`${LOGGER}: the three fields that can crash Grafana are strings whatever is passed`] },
  // Environment
  { says: '`GF_PLUGIN_<KEY>` for each key under `[plugin.<id>]` in grafana.ini', tests: [`${BACKEND}: open at start, without a request; both carriers at once are refused by health`] },
  { says: 'Per-request settings come in `pluginContext.grafanaConfig`.', tests: [`${CALLS}: arrives in plain types`] },
  // Package pluginv2
  { says: '1 orgId int64 · 2 pluginId · 3 user{1 login 2 name 3 email 4 role}', tests: [`${CALLS}: arrives in plain types`, `${PROTO}: generating again gives the committed files (UPDATE_GOLDEN=1 replaces them)`] },
  { says: '(a later SDK adds `namespace`; absent in 12.4)', tests: [`${CALLS}: arrives in plain types`] },
  { says: '8 jsonData bytes · 9 decryptedSecureJsonData map · 10 lastUpdatedMS int64 · 11 uid', tests: [`${CALLS}: arrives in plain types`, `${CALLS}: with jsonData that is not JSON gets an error that names the data source`] },
  { says: '3 queries[]{1 refId 2 maxDataPoints int64 3 intervalMS int64 4 timeRange{1 fromEpochMS 2 toEpochMS} 5 json bytes 6 queryType}', tests: [`${CALLS}: arrives in plain types`] },
  { says: 'response: 1 responses map refId → {1 frames bytes[] 2 error 3 jsonMeta bytes 4 status int32 5 errorSource}', tests: [`${CALLS}: each refId has its own status, error and source`] },
  { says: 'response: 1 status (0 unknown, 1 ok, 2 error) · 2 message · 3 jsonDetails', tests: [`${CALLS}: message and details`, `${CALLS}: a throw is an error with its message, without secrets`] },
  { says: '(only pluginId set); response: 1 metrics{1 prometheus bytes}', tests: [`${CALLS}: metrics are Prometheus text, asked for without organisation or data source`] },
  { says: '2 path 3 method 4 url 5 headers map→StringList{1 values} 6 body', tests: [`${CALLS}: method, path, query, headers and body arrive`, `${CALLS}: no body`] },
  { says: "only the first chunk's code and headers count", tests: [`${CALLS}: a body in chunks; code and headers come with the first`] },
  { says: 'SubscribeStream / PublishStream (1 pluginContext 2 path 3 data 4 headers → 1 status 2 data)', tests: [`${CALLS}: subscribing: open with initial data, denied, not found`, `${CALLS}: publishing: answered with data, denied`] },
  { says: 'channel `ds/<uid>/<path>`, run once while someone listens', tests: [`${CALLS}: a run sends JSON and frames and ends in the handler when nobody listens any more`, `${CALLS}: a run that breaks says why`] },
  // Headers
  { says: 'forwarded HTTP headers arrive as `http_<Name>`, in CallResource plainly', tests: [`${CALLS}: says which dashboard and panel it is`, `${CALLS}: method, path, query, headers and body arrive`] },
  { says: '`X-Grafana-Id` (signed identity)', tests: [`${CALLS}: is no person: login, name, e-mail and the signed identity end at the border`] },
  { says: '`X-Rule-*`, `FromAlert` (unprefixed)', tests: [`${CALLS}: may be absent: no role, and not some default one`] },
  { says: 'The user is absent for alert rules and public dashboards.', tests: [`${BACKEND}: answers without a user (alert rules, public dashboards) within the organisation`] },
  { says: 'arrives as gRPC metadata', tests: [`${CALLS}: trace context in the metadata changes nothing, and reaches no answer or log`] },
  { says: 'Accept messages of at least 16 MB.', tests: [`${CALLS}: messages of 20 MB in both directions`] },
  // Frames
  { says: 'Arrow IPC *file* format, one frame per bytes entry.', tests: [`${CALLS}: frames of %s, decoded from the bytes on the wire`, `${FRAMES}: has the bytes and the JSON of its golden files`] },
  { says: '`name`, `refId`, `meta` (JSON: type, typeVersion [0,1], notices with string severity, executedQueryString, custom)', tests: [`${CALLS}: frames of %s, decoded from the bytes on the wire`, `${FRAMES}: notices are on the first of several frames, what else is in meta on all`] },
  { says: '`labels`, `config` (JSON: displayNameFromDS, unit, decimals, links, description, thresholds)', tests: [`${FRAMES}: reads back as it was written`] },
  { says: 'float32/64, utf8, bool, timestamp in **nanoseconds**, binary (JSON), uint16 + `tstype=enum`', tests: [`${CALLS}: frames of %s, decoded from the bytes on the wire`, `${CALLS}: the JSON form of frames is what the browser side of Grafana reads`] },
  { says: 'Dictionary-encoded strings and millisecond timestamps are rejected or misread', tests: [`${FRAMES}: what Grafana would misread: millisecond timestamps and dictionary strings`] },
  { says: 'zero-row frames are fine', tests: [`${HOST}/rows.test.ts: the frames on the wire hold nulls, an enum, labels, zero rows, nanoseconds, and every typed form`] },
  { says: 'timeseries-multi, timeseries-long, numeric-long, table', tests: [`${HOST}/rows.test.ts: the frames on the wire hold nulls, an enum, labels, zero rows, nanoseconds, and every typed form`] },
  // Errors
  { says: '`errorSource` = `downstream` (the store\'s or a source\'s fault) or `plugin`', tests: [`${CALLS}: each refId has its own status, error and source`, `${BACKEND}: refuses what it does not know, each query by itself`] },
  // Alert rules
  { says: 'A frame with a string column and several numbers was refused by the evaluator', tests: [`${ALERTS}: a missed critical item fires for exactly the clients that have one`] },
  { says: 'give numeric results `meta.type` numeric-wide, numeric-multi or numeric-long', tests: [`${BACKEND}: answers without a user (alert rules, public dashboards) within the organisation`, `${ALERTS}: a source that fails fires alone, and is normal again afterwards`] },
  // Organisations, permissions
  { says: "the backend gets orgId 2 and the viewer's login", tests: [`${BACKEND}: %s gets nothing and is told why`] },
  { says: "a viewer's DELETE on a resource path is passed through", tests: [`${BACKEND}: an unknown resource, a wrong method, a viewer`] },
  { says: 'no data source `url`, no `routes`', tests: ['tools/build/manifest.test.ts: plugin.json says what Grafana’s schema allows, with placeholders'] },
  { says: 'a role check per resource route', tests: ['tests/security/06-viewer-calls-an-admin-route.test.ts: securityRow(6,'] },
  { says: 'the scope gate on everything', tests: ['tests/security/02-reading-another-clients-data.test.ts: securityRow(2,'] },
  // Browser module
  { says: 'An AMD `module.js` that depends on', tests: ['tools/build/build.test.ts: module.js is an AMD module that asks for the shared packages it uses, and only for those'] },
];
/** Paragraphs of the contract that tell what was seen once, and ask for nothing. */
export const TOLD = ['Speed seen.'];
