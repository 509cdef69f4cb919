/** `npm run cli -- <group> <command>`. One group per folder; a new one is one line here. */
import { clientsCommands } from './clients';
import type { CommandGroup } from './command';
import { explainCommand } from './explain';
import { grantsCommands } from './grants';
import { runCli } from './program';
import { reportCommand } from './report';

const GROUPS: readonly CommandGroup[] = [grantsCommands, clientsCommands, reportCommand, explainCommand];

void runCli(process.argv.slice(2), GROUPS, {
  out: line => console.log(line),
  say: line => console.error(line),
  env: process.env,
  now: Date.now,
}).then(code => { process.exitCode = code; });
