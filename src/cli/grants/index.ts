import { Command } from 'commander';
import type { Cli } from '../command';
import { keyCommands } from './keys';
import { mintCommand } from './mint';
import { serverCommands } from './server';
import { verifyCommand } from './verify';

/**
 * `grants`: mint, verify, list, revoke and rotate what client organisations may see. Minting and verifying need the key alone; what lives
 * in the store is asked of the running server by Grafana's API, or read from the data folder when no server holds it.
 */
export function grantsCommands(cli: Cli): Command {
  const grants = new Command('grants').description('Grants: what a client organisation may see of a workspace.');
  for (const command of [mintCommand(cli), verifyCommand(cli), ...serverCommands(cli), keyCommands(cli)]) grants.addCommand(command);
  return grants;
}
