import { Command, InvalidArgumentError, Option } from 'commander';
import { productThreads } from '../../src/backend/workspace/threads';

export const PARTS = ['metrics', 'rivals', 'grafana', 'process', 'sync', 'buckets', 'clients'] as const;
export type Part = (typeof PARTS)[number];
export interface BenchOptions {
  readonly alerts: number; readonly only: readonly Part[]; readonly json: string | null; readonly write: boolean;
  readonly threads: number; readonly runs: number; readonly keep: string | null; readonly scale: number; readonly history: number;
  /** Which questions the part 'metrics' asks. */
  readonly questions: 'panels' | 'metrics' | 'all';
}

const positive = (text: string): number => {
  const value = Number(text.replace(/_/g, ''));
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0, such as 200_000');
  return value;
};
const part = (text: string): Part[] => text.split(',').map(name => {
  if (!(PARTS as readonly string[]).includes(name)) throw new InvalidArgumentError(`one or more of ${PARTS.join(', ')}`);
  return name as Part;
});

/** Command line of `npm run bench --`. Unknown options end with a message. */
export function readOptions(args: readonly string[]): BenchOptions {
  const command = new Command('npm run bench --')
    .description('How fast this build is on this machine: ratios within one run, medians after a warm-up.')
    .option('--alerts <n>', 'alerts in the generated store; 0.3 as many tickets', positive, 1_000_000)
    .option('--only <parts>', `of ${PARTS.join(', ')}; default all`, part, [...PARTS])
    .option('--json <file>', 'write the measurements there')
    .option('--write', 'keep the measurements in docs/performance.json and write docs/performance.md from it', false)
    .option('--threads <n>', 'threads of the store; default: as many as the product uses here', positive, productThreads())
    .option('--runs <n>', 'measured runs after two to warm up; 1: a look without', positive, 5)
    .addOption(new Option('--questions <which>', "what the part 'metrics' asks: queries of the bundled dashboards, every metric, or both").choices(['panels', 'metrics', 'all']).default('all'))
    .option('--keep <dir>', 'folder of generated stores, kept and used again; default: a temporary one, removed at the end')
    .option('--scale <factor>', "size of the demo world that the part 'sync' reads", positive, 0.2)
    .option('--history <n>', "alerts already stored before the second measurement of 'sync'", positive, 100_000)
    .allowExcessArguments(false);
  command.parse([...args], { from: 'user' });
  const o = command.opts<Omit<BenchOptions, 'json' | 'keep'> & { json?: string; keep?: string }>();
  return { ...o, json: o.json ?? null, keep: o.keep ?? null };
}
