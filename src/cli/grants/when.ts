import { CliError } from '../command';

const DAY = 86_400_000;

/** An instant as people write it: 2026-12-31, 2026-12-31T18:00Z, or a number of days from now such as 90d. */
export function when(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const days = /^(\d{1,5})d$/.exec(text);
  if (days) return now + Number(days[1]) * DAY;
  const [date = ''] = text.split('T');
  const day = Date.parse(`${date}T00:00:00Z`);
  // 30 February is read as 2 March.
  const exists = !Number.isNaN(day) && new Date(day).toISOString().startsWith(date);
  const at = exists && /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at)) throw new CliError(`"${text}" is no time; write 2026-12-31, 2026-12-31T18:00Z, or 90d.`);
  return at;
}
export const shown = (at: number | null): string => (at === null ? '' : new Date(at).toISOString().slice(0, 16).replace('T', ' '));

export function organisation(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id <= 0) throw new CliError(`"${text}" is no organisation number; Grafana shows it under Administration, Organisations.`);
  return id;
}
