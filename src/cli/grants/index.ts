import { Command } from 'commander';
import type { Cli } from '../command';

/** `grants`: mint, verify, list, revoke and rotate what client organisations may see. */
export function grantsCommands(_cli: Cli): Command {
  return new Command('grants').description('Grants: what a client organisation may see of a workspace.');
}
