import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { fileRing, KeysRefused, settingRing, type KeyRing } from '../../backend/scope/grants/keys';
import { CliError, type Cli } from '../command';

export interface KeyOptions { readonly workspace: string; readonly grantKey?: string; readonly data?: string }

/** Options by which a command finds the key that the server uses. */
export const withKeyOptions = (command: Command): Command => command
  .option('--workspace <name>', 'workspace the grant is for', 'main')
  .option('--grant-key <reference>', 'file:/path or env:NAME, as the server setting grant_key (default: GF_PLUGIN_GRANT_KEY)')
  .option('--data <folder>', 'data folder of the server, whose own key is used (default: GF_PLUGIN_DATA_PATH)');

/** The server's keys: its setting, else the ones beside the store. A literal key on a command line would stay in the shell's history. */
export function ringOf(options: KeyOptions, cli: Cli): KeyRing {
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(options.workspace)) throw new CliError(`"${options.workspace}" cannot be the name of a workspace.`);
  if (options.grantKey !== undefined && !/^(file|env):/.test(options.grantKey)) throw new CliError('Give the key as file:/path or env:NAME; a key on a command line stays in the history of the shell.');
  const setting = options.grantKey ?? (options.data === undefined ? cli.env.GF_PLUGIN_GRANT_KEY : undefined);
  try {
    if (setting) return settingRing(setting.split(',').map(s => s.trim()).filter(Boolean), cli.env);
    const data = options.data ?? cli.env.GF_PLUGIN_DATA_PATH;
    // A key made in a folder that is only a typo would sign grants that no server takes.
    if (data && !existsSync(data)) throw new CliError(`There is no folder ${data}; check --data.`);
    if (data) return fileRing(join(data, options.workspace));
  } catch (error) {
    if (error instanceof KeysRefused) throw new CliError(error.message);
    throw error;
  }
  throw new CliError('Which key? Give --grant-key file:/path (the server setting grant_key), or --data with the server\'s data folder.');
}
