import type { ElasticSettings } from '../../../settings/sources';
import { SourceError } from '../http/port';
import { own, textOf } from '../own';
import type { ReadContext } from '../stream';

export interface Product {
  readonly name: 'elasticsearch' | 'opensearch';
  /** Null where the account may not ask (GET / needs a cluster privilege). */
  readonly version: string | null;
  /** Point in time: Elasticsearch 7.10, OpenSearch 2.4. */
  readonly pit: boolean;
  /** `_shard_doc`, the cheap tie-break under a point in time: Elasticsearch 7.12, OpenSearch 3.3. */
  readonly shardDoc: boolean;
}

const atLeast = (version: string, major: number, minor: number): boolean => {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
};

export function productOf(name: Product['name'], version: string | null): Product {
  const [pit, shardDoc] = version === null ? [true, name === 'elasticsearch']
    : name === 'elasticsearch' ? [atLeast(version, 7, 10), atLeast(version, 7, 12)] : [atLeast(version, 2, 4), atLeast(version, 3, 3)];
  return { name, version, pit, shardDoc };
}

/** What answers at the URL, asked once per run. A 403 on `GET /` is no obstacle: the configured product, or Elasticsearch, is assumed. */
export async function detect(settings: ElasticSettings, context: ReadContext): Promise<Product> {
  const key = `${settings.id}:product`;
  const known = context.cache.get(key) as Product | undefined;
  if (known) return known;
  const product = await ask(settings, context);
  context.cache.set(key, product);
  return product;
}

async function ask(settings: ElasticSettings, context: ReadContext): Promise<Product> {
  const configured = settings.product === 'auto' ? null : settings.product;
  let answer: unknown;
  try { answer = (await context.http.request({ path: '/', signal: context.signal })).json; }
  catch (error) {
    if (error instanceof SourceError && error.code === 'forbidden') return productOf(configured ?? 'elasticsearch', null);
    throw error;
  }
  const version = own(answer, 'version');
  const number = textOf(version, 'number');
  if (number === null) throw new SourceError('body', settings.id, 'what answers at the URL is neither Elasticsearch nor OpenSearch.', 'Use the address of the cluster (often port 9200), not of Kibana or Dashboards.');
  const distribution = textOf(version, 'distribution');
  return productOf(configured ?? (distribution === 'opensearch' ? 'opensearch' : 'elasticsearch'), number);
}
