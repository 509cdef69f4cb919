/** `npm run bench`: how fast this build is on this machine. Options: --help. */
import { writeFileSync } from 'node:fs';
import { machineOf } from './measure';
import { readOptions } from './options';
import { measureMetrics } from './parts/metrics';
import { storedWorld } from './world/stored';

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const say = (text: string): void => console.log(text);
  const world = await storedWorld(options.alerts, { keep: options.keep, threads: options.threads, say });
  try {
    const machine = await machineOf(world.store);
    const results: Record<string, unknown> = { machine, alerts: options.alerts, threads: options.threads };
    if (options.only.includes('metrics')) results.metrics = await measureMetrics(world.store, options.runs, () => true, say);
    if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`);
  } finally { await world.done(); }
}

main(process.argv.slice(2)).catch(error => { console.error(error instanceof Error ? error.message : error); process.exitCode = 1; });
