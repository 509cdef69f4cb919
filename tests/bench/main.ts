/** `npm run bench`: how fast this build is on this machine. Options: --help. */
import { writeFileSync } from 'node:fs';
import { readOptions } from './options';
import { verdict } from './report/aims';
import { writeReport } from './report/write';
import { runBench } from './run';

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const result = await runBench(options, text => console.log(text));
  for (const line of verdict(result)) console.log(line);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 1)}\n`);
  if (options.write) writeReport(result);
}

main(process.argv.slice(2)).catch(error => { console.error(error instanceof Error ? error.stack : error); process.exitCode = 1; });
