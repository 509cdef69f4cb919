import { productThreads } from '../../../src/backend/workspace/threads';
import type { BenchResult } from '../run';

/** Figures as the page and the console show them. */
export const ms = (value: number | null | undefined): string => (value == null || Number.isNaN(value) ? '–' : value >= 1000 ? `${(value / 1000).toFixed(2)} s` : value >= 10 ? `${value.toFixed(0)} ms` : `${value.toFixed(1)} ms`);
/** A question that failed says so in a word; performance.json has the message. */
export const said = (m: { readonly ms: number; readonly error?: string } | undefined): string => (m?.error === undefined ? ms(m?.ms) : /longer than/.test(m.error) ? 'stopped after 30 s' : 'failed');
export const times = (a: number, b: number | null): string => (b === null || b === 0 ? '–' : `${(a / b).toFixed(a / b >= 10 ? 0 : 1)} ×`);
export const count = (n: number): string => n.toLocaleString('en').replace(/,/g, ' ');
/** Threads that are not those the product would use on that machine; empty where they are. */
export const otherThreads = (r: Pick<BenchResult, 'threads' | 'machine'>, before: string): string => (r.threads === productThreads(r.machine.cores) ? '' : `${before}${r.threads} ${r.threads === 1 ? 'thread' : 'threads'}`);
