/**
 * The world's own randomness: splitmix32, seeded by what a draw is about (client, day, purpose). Never Math.random, so that
 * any day can be made on its own and comes out the same.
 */
const mix = (x: number): number => {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return h ^ (h >>> 15);
};

/** A number 0 ≤ x < 1 that depends on its arguments only. */
export const hash01 = (a: number, b: number, c = 0): number => (mix(mix(mix(a + 0x9e3779b9) ^ Math.imul(b, 0x85ebca6b)) ^ Math.imul(c, 0xc2b2ae35)) >>> 0) / 4294967296;

/** 32-bit hash of a text, for seeds and stable numbers. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h) >>> 0;
}

export class Rng {
  private state: number;
  constructor(...parts: number[]) {
    this.state = parts.reduce((h, part) => mix(h ^ Math.imul(part + 1, 0x9e3779b9)), 0x2545f491);
  }
  u32(): number { this.state = (this.state + 0x9e3779b9) | 0; return mix(this.state) >>> 0; }
  next(): number { return this.u32() / 4294967296; }
  chance(p: number): boolean { return this.next() < p; }
  /** Integer in [from, to]. */
  int(from: number, to: number): number { return from + Math.floor(this.next() * (to - from + 1)); }
  between(from: number, to: number): number { return from + this.next() * (to - from); }
  pick<T>(items: readonly T[]): T { return items[Math.floor(this.next() * items.length)]!; }
  normal(): number { return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next()); }
  lognormal(median: number, sigma: number): number { return median * Math.exp(sigma * this.normal()); }
  poisson(mean: number): number {
    if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let n = 0;
    for (let p = this.next(); p > limit; p *= this.next()) n++;
    return n;
  }
  /** Index by cumulative weights whose last entry is the total. */
  weighted(cumulative: ArrayLike<number>): number {
    const x = this.next() * cumulative[cumulative.length - 1]!;
    let low = 0;
    for (let high = cumulative.length - 1; low < high;) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > x) high = middle; else low = middle + 1;
    }
    return low;
  }
  /** A version-4 UUID. Written through a buffer: joined text would keep its parts alive, twice the memory for 200,000 ids. */
  uuid(): string {
    for (let i = 0; i < 4; i++) scratch.writeUInt32BE(this.u32(), i * 4);
    scratch[6] = (scratch[6]! & 0x0f) | 0x40;
    scratch[8] = (scratch[8]! & 0x3f) | 0x80;
    let at = 0;
    for (let i = 0; i < 16; i++) {
      if (i === 4 || i === 6 || i === 8 || i === 10) text[at++] = 45;
      text[at++] = HEX[scratch[i]! >> 4]!;
      text[at++] = HEX[scratch[i]! & 15]!;
    }
    return text.toString('latin1', 0, 36);
  }
}
const scratch = Buffer.alloc(16);
const text = Buffer.alloc(36);
const HEX = Buffer.from('0123456789abcdef', 'latin1');

export const cumulative = (weights: readonly number[]): Float64Array => {
  let sum = 0;
  return Float64Array.from(weights, weight => (sum += weight));
};
