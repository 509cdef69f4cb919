import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { verifyGrant } from '../../backend/scope/grants/verify';
import { peekGrant } from '../../backend/scope/grants/token';
import { Denied } from '../../backend/scope/reader';
import { CliError, type Cli } from '../command';
import { ringOf, withKeyOptions, type KeyOptions } from './ring';
import { organisation, shown } from './when';

interface Options extends KeyOptions { readonly org?: string; readonly uid?: string; readonly json?: boolean }

/** `grants verify`: whether the server would take a grant, revocations aside (they stand in the store: `grants list`). */
export const verifyCommand = (cli: Cli): Command => withKeyOptions(new Command('verify')
  .description('check a grant read from a file, or from stdin with "-"')
  .argument('<file>', 'file that holds the token, or -')
  .option('--org <number>', 'organisation that brings it (default: the one it names)')
  .option('--uid <uid>', 'data source that brings it (default: the one it names)')
  .option('--json', 'print what the grant says as JSON'))
  .action((file: string, options: Options) => {
    const token = read(file);
    const named = peekGrant(token)?.claims;
    try {
      const grant = verifyGrant(token, ringOf({ ...options, workspace: options.workspace }, cli), {
        workspace: options.workspace, orgId: options.org === undefined ? named?.orgId ?? 0 : organisation(options.org), uid: options.uid ?? named?.uid ?? null, now: cli.now(),
      }, () => false);
      cli.out(options.json ? JSON.stringify(grant) : `Grant ${grant.id} holds: workspace ${grant.workspace}, organisation ${grant.orgId}, data source ${grant.uid}, ${grant.clients.join(', ')}, ${shown(grant.notBefore)} to ${shown(grant.expires)} UTC, key ${grant.keyId}.`);
    } catch (error) {
      if (error instanceof Denied) throw new CliError(`Not valid (${error.code}): ${error.message}`);
      throw error;
    }
  });

function read(file: string): string {
  try { return readFileSync(file === '-' ? 0 : file, 'utf8').trim(); } catch (error) {
    throw new CliError(`${file === '-' ? 'stdin' : file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}).`);
  }
}
