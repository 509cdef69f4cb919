import { sameFact, type DayFact } from './days';

/** A run of equal days, both ends included. */
export interface Span { readonly first: number; readonly last: number; readonly fact: DayFact }

/** Facts by day (index 0 = `first`) as runs; nulls leave gaps. */
export function spansOf(facts: readonly (DayFact | null)[], first: number): Span[] {
  const out: Span[] = [];
  let start = 0;
  for (let i = 1; i <= facts.length; i++) {
    if (i < facts.length && sameFact(facts[i]!, facts[start]!)) continue;
    const value = facts[start];
    if (value) out.push({ first: first + start, last: first + i - 1, fact: value });
    start = i;
  }
  return out;
}

/**
 * Replaces the days [first, last] of an asset's spans. What stands outside stays; runs that meet are joined, so that the spans are the
 * same whatever the order in which days arrived. `old` need only hold the spans that touch [first − 1, last + 1].
 */
export function replaceDays(old: readonly Span[], facts: readonly (DayFact | null)[], first: number): Span[] {
  const last = first + facts.length - 1;
  const kept: Span[] = [];
  for (const span of old) {
    if (span.first < first) kept.push({ ...span, last: Math.min(span.last, first - 1) });
    if (span.last > last) kept.push({ ...span, first: Math.max(span.first, last + 1) });
  }
  const all = [...kept, ...spansOf(facts, first)].sort((a, b) => a.first - b.first);
  const out: Span[] = [];
  for (const span of all) {
    const before = out[out.length - 1];
    if (before && before.last + 1 === span.first && sameFact(before.fact, span.fact)) out[out.length - 1] = { ...before, last: span.last };
    else out.push(span);
  }
  return out;
}
/** The fact of one day, or null. Spans are ordered and do not overlap. */
export const factOn = (spans: readonly Span[], day: number): DayFact | null => spans.find(s => s.first <= day && day <= s.last)?.fact ?? null;
