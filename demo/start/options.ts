import { Command, InvalidArgumentError } from 'commander';

export interface StartOptions {
  readonly once: boolean; readonly json: boolean; readonly fresh: boolean;
  readonly data: string; readonly config: string | null; readonly port: number; readonly date: string | null; readonly scale: number;
  /** Seconds for which sources that fail are waited for once all others are current. */
  readonly patience: number;
}

const number = (low: number, high: number, whole = false) => (text: string): number => {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value >= low && value <= high) || (whole && !Number.isInteger(value))) throw new InvalidArgumentError(`a ${whole ? 'whole ' : ''}number from ${low} to ${high}`);
  return value;
};
const isoDate = (text: string): string => {
  const at = new Date(`${text}T00:00:00Z`);
  // 30 February would be read as 2 March.
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(at.getTime()) || !at.toISOString().startsWith(text)) throw new InvalidArgumentError('a date as YYYY-MM-DD');
  return text;
};

/** Command line of `npm start --`. Unknown options end with a message. */
export function readOptions(args: readonly string[]): StartOptions {
  const command = new Command('npm start --')
    .description('SOC Outcomes on this machine: demo upstreams, the backend, a sync, and the dashboards in a browser.')
    .option('--once', 'sync until current and closed months are frozen, print the headlines, end', false)
    .option('--patience <seconds>', 'with --once: how long a source that fails is waited for; the exit code then is 1', number(0, 3600), 30)
    .option('--json', 'with --once: print JSON only', false)
    .option('--fresh', 'forget stored data first', false)
    .option('--data <dir>', 'folder for all data', '.soc')
    .option('--config <file>', 'your own sources instead of the demo (YAML; see demo/examples/)')
    .option('--port <n>', 'port of the page, 0 for a free one', number(0, 65535, true), 3300)
    .option('--date <day>', "the demo's last day (default today)", isoDate)
    .option('--scale <factor>', 'size of the demo world', number(0.01, 1), 1)
    .allowExcessArguments(false);
  command.parse([...args], { from: 'user' });
  const o = command.opts<{ once: boolean; json: boolean; fresh: boolean; data: string; config?: string; port: number; date?: string; scale: number; patience: number }>();
  return { ...o, config: o.config ?? null, date: o.date ?? null };
}
