import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ports } from '../upstreams/protocol';

/** Which world's upstreams listened where. */
interface Kept extends World { readonly ports: Ports }
interface World { readonly anchor: string; readonly scale: number }

/**
 * Where the demo's upstreams listened when this folder was used last, for the same world. A source at another address is another
 * source and read from its start; the same one goes on where it was.
 */
export function addressesOf(data: string, world: World): { readonly ports: Ports | null; keep(ports: Ports): void } {
  const file = join(data, 'upstreams.json');
  let kept: Kept | null = null;
  try { kept = JSON.parse(readFileSync(file, 'utf8')) as Kept; } catch { /* The first start of this folder. */ }
  return {
    ports: kept?.anchor === world.anchor && kept.scale === world.scale ? kept.ports : null,
    keep: ports => writeFileSync(file, JSON.stringify({ anchor: world.anchor, scale: world.scale, ports } satisfies Kept)),
  };
}
