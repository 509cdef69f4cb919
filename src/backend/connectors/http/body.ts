import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { depthGauge } from './json';

/** Limits of one response body (security.md, row 11). Bytes are counted after unpacking. */
export interface BodyLimits { readonly maxBytes: number; readonly maxDepth: number; readonly maxRatio: number }
export class TooLarge extends Error { constructor(readonly reason: 'bytes' | 'ratio') { super(reason); } }
export class BrokenBody extends Error {}
/** Below this size a high ratio is no bomb, only repetition. */
const RATIO_FLOOR = 1024 * 1024;

const unpackers = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress } as const;

/** Reads a body to text within the limits, unpacking as it streams. Throws TooLarge, TooDeep, or BrokenBody. */
export async function readText(body: Readable, encoding: string | undefined, limits: BodyLimits): Promise<string> {
  const coding = (encoding ?? 'identity').trim().toLowerCase();
  let packed = 0, size = 0, html = false;
  const chunks: Buffer[] = [];
  const gauge = depthGauge(limits.maxDepth);
  const take = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > limits.maxBytes) throw new TooLarge('bytes');
    if (packed > 0 && size > RATIO_FLOOR && size / packed > limits.maxRatio) throw new TooLarge('ratio');
    // HTML has no nesting to count, and brackets in it mean nothing: in none of its pieces.
    if (chunks.length === 0) html = chunk[0] === 0x3c;
    if (!html) gauge(chunk);
    chunks.push(chunk);
  };
  if (coding === 'identity' || coding === '') {
    try { for await (const chunk of body) take(chunk as Buffer); } finally { body.destroy(); }
    return Buffer.concat(chunks).toString('utf8');
  }
  const make = unpackers[coding as keyof typeof unpackers];
  if (!make) { body.destroy(); throw new BrokenBody(`unknown content encoding ${coding}`); }
  const unpack = make();
  body.on('data', (chunk: Buffer) => { packed += chunk.length; });
  body.on('error', error => unpack.destroy(error));
  body.pipe(unpack);
  try {
    for await (const chunk of unpack) take(chunk as Buffer);
  } catch (error) {
    if (String((error as { code?: unknown } | null)?.code ?? '').startsWith('Z_')) throw new BrokenBody(`cannot unpack ${coding}`);
    throw error;
  } finally { body.destroy(); unpack.destroy(); }
  return Buffer.concat(chunks).toString('utf8');
}
