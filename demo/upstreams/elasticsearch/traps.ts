import { noTraps, type CommonTraps } from '../http';

/** What Elasticsearch does to those who trust it (design/connectors/elastic.md, wazuh.md). All off by default. */
export interface ElasticTraps extends CommonTraps {
  /** HTTP 200 with `_shards.failed` > 0 and the documents of one shard missing. */
  shardFailures: boolean;
  /** HTTP 200 with `timed_out: true` and half of each page. */
  timedOut: boolean;
  /** Every answer carries a new id of the point in time; the one before is void. */
  pitChanges: boolean;
  /** The next n searches in a point in time find it gone: 404 search_context_missing_exception. */
  expirePits: number;
  /** `@timestamp` of alerts is cut to this grain (ms), so that many documents share an instant. */
  equalTimestamps: number | null;
  /** Alerts that become visible long after their `@timestamp`. */
  lateDocuments: readonly { readonly id: string; readonly visibleAt: number }[];
  /** `hits.total` is 10,000 with relation `gte`, whatever is asked. */
  cappedTotals: boolean;
  /** `_source.includes` is ignored: whole documents, people and all. */
  wholeDocuments: boolean;
  /** Alerts that are building blocks. */
  buildingBlocks: readonly string[];
  /** Indices (as asked) that the key may not read. */
  forbiddenIndices: readonly string[];
  /** Patterns (as asked) under which the key sees no index: 200 with no shard, as for one that matches nothing. */
  unseenIndices: readonly string[];
  /** A remote cluster that cannot be reached is passed over, with 200. */
  remoteSkipped: boolean;
  /** Fields of type date_nanos: nine digits after the second. */
  nanoseconds: boolean;
  /** Documents indexed with times that carry no zone, which Elasticsearch itself takes for UTC. */
  timesWithoutZone: boolean;
  /** Alerts whose event has the year 9999, as of a sender without a clock. */
  endOfTime: readonly string[];
  /** Severities edited in place at an instant: the source keeps neither what stood there nor when it changed. */
  severityEdits: readonly { readonly id: string; readonly at: number; readonly severity: string }[];
}
export const noElasticTraps = (): ElasticTraps => ({
  ...noTraps(), shardFailures: false, timedOut: false, pitChanges: false, expirePits: 0, equalTimestamps: null, lateDocuments: [], cappedTotals: false,
  wholeDocuments: false, buildingBlocks: [], forbiddenIndices: [], unseenIndices: [], remoteSkipped: false, nanoseconds: false, timesWithoutZone: false, endOfTime: [], severityEdits: [],
});
