/** Payloads that a viewer could send as a query: from valid ones, mutated and mixed with hostile text. Seeded; the same seed gives the same payloads. */
import { BUCKETS, DIMENSIONS, METRIC_IDS, VIEWS } from '../../../src/catalog/types';
import { CLIENTS } from './canaries';
import { SQL_PAYLOADS } from './sql-payloads';

export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => { state = (state + 0x6d2b79f5) >>> 0; let t = state; t = Math.imul(t ^ (t >>> 15), t | 1); t ^= t + Math.imul(t ^ (t >>> 7), t | 61); return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
}

/** Every hostile text carries this word: it may stand in a bound value, never in the text of a statement. */
export const MARK = 'fzzmrk';
const HOSTILE: readonly unknown[] = [
  ...SQL_PAYLOADS.map(p => `${p} ${MARK}`), `${MARK}\u0000`, `${MARK}"`, `${MARK}'`, `${MARK};`, `${MARK}\\`, `\${${MARK}}`, `{{${MARK}}}`, `%n%s${MARK}`, `../../${MARK}`, `\u202e${MARK}`, `${MARK}\ud800`, MARK.repeat(200),
  -1, 0, 1e308, -0, 1.5, 2 ** 53, null, true, [], {}, [[]], { MARK }, [null], { toString: MARK }, { length: 1e9 }, '', ' ', '$__all', '*',
];
const KEYS = ['version', 'metric', 'groupBy', 'filters', 'bucket', 'view', 'columns', 'options', 'limit', 'viewAs', 'adHoc', 'sql', 'rawSql', 'scope', 'clients', 'orgId', '__proto__', 'constructor', 'prototype', 'toString', MARK];

export class Fuzz {
  constructor(private readonly next: () => number) {}
  private readonly pick = <T>(list: readonly T[]): T => list[Math.floor(this.next() * list.length)]!;
  private readonly chance = (p: number): boolean => this.next() < p;
  private hostile = (): unknown => this.pick(HOSTILE);

  /** One JSON text. */
  payload(): string {
    const kind = this.next();
    if (kind < 0.05) return this.brokenText();
    if (kind < 0.1) return JSON.stringify(this.hostile());
    return this.write(kind < 0.55 ? this.mutated(this.valid(), 1 + Math.floor(this.next() * 3)) : kind < 0.85 ? this.withHostileValues() : this.soup(0));
  }

  private valid(): Record<string, unknown> {
    return {
      version: 1, metric: this.pick(METRIC_IDS), ...(this.chance(0.4) && { groupBy: [this.pick(DIMENSIONS)] }), ...(this.chance(0.3) && { bucket: this.pick(BUCKETS) }), ...(this.chance(0.4) && { view: this.pick(VIEWS) }),
      ...(this.chance(0.4) && { filters: { [this.pick(DIMENSIONS)]: [this.pick(CLIENTS).id] } }), ...(this.chance(0.2) && { limit: Math.floor(this.next() * 1000) }), ...(this.chance(0.1) && { options: {} }),
    };
  }
  private mutated(query: Record<string, unknown>, times: number): Record<string, unknown> {
    for (let i = 0; i < times; i++) {
      const key = this.pick(KEYS);
      if (this.chance(0.2)) delete query[key];
      else Object.defineProperty(query, key, { value: this.hostile(), enumerable: true, configurable: true, writable: true });
    }
    return query;
  }
  /** Right in shape, hostile in every place where a text may stand: these reach the statements, as bound values. */
  private withHostileValues(): Record<string, unknown> {
    const text = (): string => { const v = this.hostile(); return typeof v === 'string' ? v.slice(0, 490) : MARK; };
    return {
      ...this.valid(), filters: { [this.pick(DIMENSIONS)]: Array.from({ length: 1 + Math.floor(this.next() * 3) }, text), ...(this.chance(0.3) && { [this.pick(DIMENSIONS)]: [text()] }) },
      ...(this.chance(0.2) && { adHoc: [{ key: this.pick([...DIMENSIONS, MARK]), operator: this.pick(['=', '=|', '!=', MARK]), value: text() }] }), ...(this.chance(0.1) && { columns: [text().slice(0, 60)] }), ...(this.chance(0.1) && { viewAs: [text().slice(0, 90)] }),
    };
  }
  private soup(depth: number): unknown {
    if (depth > 6 || this.chance(0.3)) return this.hostile();
    if (this.chance(0.3)) return Array.from({ length: Math.floor(this.next() * 5) }, () => this.soup(depth + 1));
    const out: Record<string, unknown> = {};
    for (let i = 0; i < Math.floor(this.next() * 5); i++) Object.defineProperty(out, this.pick(KEYS), { value: this.soup(depth + 1), enumerable: true, configurable: true, writable: true });
    return out;
  }
  private brokenText(): string {
    const text = JSON.stringify(this.valid());
    return this.pick([text.slice(0, Math.floor(this.next() * text.length)), `${text}${text}`, text.replace(/"/g, '\''), '\u0000', '{', '[', 'NaN', '{"a":'.repeat(500), '['.repeat(2000), `${text},`, '\ufeff' + text]);
  }
  private write(value: unknown): string { try { return JSON.stringify(value) ?? ''; } catch { return '{}'; } }
}
