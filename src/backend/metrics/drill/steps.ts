import type { Cell } from '../metric';

/** Exports: Step, Steps, utc, none. One step of an explanation: what came out, what is known, the definition's sentence. */
export interface Step { readonly step: string; readonly time?: number | null; readonly outcome: string; readonly because: string; readonly rule: string }

export class Steps {
  private readonly all: Step[] = [];
  add(step: string, outcome: string, because: string, rule: string, time: number | null = null): void { this.all.push({ step, outcome, because, rule, time }); }
  rows(row: string, link: string | null): Record<string, Cell>[] {
    return this.all.map((s, i) => ({ row, number: i + 1, step: s.step, time: s.time ?? null, outcome: s.outcome, because: s.because, rule: s.rule, link }));
  }
}

export const none = 'none';
/** An instant within a sentence, UTC to the second; `none` for null. */
export const utc = (ms: number | null | undefined): string => (ms === null || ms === undefined ? none : `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`);
export const named = (word: string | null): string => (word === null ? none : word.replaceAll('_', ' '));
