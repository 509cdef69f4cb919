import { hostIndex } from '../../../facts/asset/match';
import { keyOf } from '../../../store/key';
import type { Transaction } from '../../../store/port';
import type { Dimensions, FactContext } from '../../facts';
import { clientAssets, type ClientAssets } from './assets';
import type { Matcher } from './hosts';

/** A client's registry as merged, and its matcher. `stamp` names the state of the records it was made from. */
export interface Merged { readonly stamp: string; readonly own: ClientAssets; readonly matcher: Matcher }

/** One per open store (each has its own Dimensions): merging is the dear part of a flush, and telemetry comes every minute, records do not. */
const kept = new WeakMap<Dimensions, Map<number, Merged>>();
let made = 0;

/**
 * The merge of the records as they were at `stamp`, or made anew. The stamp is stored with the facts, so that after a rollback or
 * in another process it names nothing that is kept here.
 */
export async function mergedClient(tx: Transaction, context: FactContext, clientKey: number, clientId: string, stamp: string | null): Promise<Merged> {
  let clients = kept.get(context.dimensions);
  if (!clients) kept.set(context.dimensions, clients = new Map());
  const old = clients.get(clientKey);
  if (old && stamp !== null && old.stamp === stamp) return old;
  const own = await clientAssets(tx, context, clientKey, clientId);
  const assets = [...own.assets.values()].flatMap(a => (a.asset ? [a.asset] : []));
  const merged: Merged = {
    stamp: `${process.pid}.${Date.now()}.${++made}`, own,
    matcher: { index: hostIndex(assets, context.settings.policy.coverage.placeholderIdentifiers), keys: new Map(assets.map(a => [a, keyOf(a.id)] as const)), known: new Map() },
  };
  clients.set(clientKey, merged);
  return merged;
}
