import type { Reading } from './read';

/** Exports: classify, Verdict. What became of a strategy, by what a manager would see before and after. */
export type Verdict = 'prevented' | 'headline worsens' | 'standing changes' | 'undetected';
export interface Outcome { readonly verdict: Verdict; readonly why: string }

const show = (value: number | null | undefined): string => (value == null ? 'none' : `${(100 * value).toFixed(1)} %`);

/** What a headline is about. A strategy concerns the parts of its aims, and those it says it works with; a fall elsewhere is chance and detects nothing. */
export const partOf = (name: string): string => (/^(decide|floor|acknowledge)/.test(name) ? 'clocks' : /reported, (critical|high)/.test(name) ? 'clocks' : /segment/.test(name) ? 'segments' : /endpoint/.test(name) ? 'endpoints' : 'verdicts');

/** `aims`: the headlines the strategy wants to better. A headline without value is not bettered: it is said to be not measured. */
export function classify(before: Reading, after: Reading, aims: readonly string[], alsoConcerns: readonly string[] = []): Outcome {
  const parts = new Set([...aims.map(partOf), ...alsoConcerns]);
  const concerned = [...before.values.keys()].filter(name => parts.has(partOf(name)));
  const gain = (name: string): number => {
    const [a, b] = [before.values.get(name) ?? null, after.values.get(name) ?? null];
    if (a === null || b === null) return a === b ? 0 : -1;
    const up = before.better.get(name) === 'up';
    return Math.abs(b - a) < 1e-9 ? 0 : (b > a) === up ? 1 : -1;
  };
  const told = (name: string): string => `${name} ${show(before.values.get(name))} → ${show(after.values.get(name))}`;
  const bettered = aims.filter(name => gain(name) > 0);
  const fresh = (names: readonly string[]): string[] => [...new Set(names.flatMap(name => [...after.past.get(name) ?? []].filter(c => !before.past.get(name)?.has(c))))];
  if (bettered.length === 0) {
    const worse = concerned.filter(name => gain(name) < 0);
    return worse.length > 0 ? { verdict: 'headline worsens', why: worse.map(told).join('; ') } : { verdict: 'prevented', why: aims.map(told).join('; ') };
  }
  // Every bettered headline must carry the doubt itself, or stand beside one that fell.
  const counters = fresh(bettered);
  if (bettered.every(name => [...after.past.get(name) ?? []].some(c => !before.past.get(name)?.has(c)))) return { verdict: 'standing changes', why: `${bettered.map(told).join('; ')}; qualified by ${counters.join(', ')}` };
  const fell = concerned.filter(name => gain(name) < 0);
  if (fell.length > 0) return { verdict: 'headline worsens', why: `${bettered.map(told).join('; ')}, but ${fell.map(told).join('; ')}` };
  return { verdict: 'undetected', why: bettered.map(told).join('; ') };
}
