import { Command } from 'commander';
import { claimsOf, GrantRefused } from '../../backend/scope/grants/claims';
import { KeysRefused } from '../../backend/scope/grants/keys';
import { signGrant } from '../../backend/scope/grants/token';
import { CliError, type Cli } from '../command';
import { ringOf, withKeyOptions, type KeyOptions } from './ring';
import { organisation, shown, when } from './when';

interface Options extends KeyOptions { readonly org: string; readonly uid: string; readonly client: readonly string[]; readonly from?: string; readonly until?: string }

/** `grants mint`: signs with the server's key, without a server. The token is the only line on stdout. */
export const mintCommand = (cli: Cli): Command => withKeyOptions(new Command('mint')
  .description('sign a grant; the token belongs into secureJsonData.grant of the client\'s data source')
  .requiredOption('--org <number>', 'organisation that may see')
  .requiredOption('--uid <uid>', 'uid of its data source')
  .requiredOption('--client <id...>', 'clients it may see')
  .option('--from <time>', 'begin (default: now)')
  .option('--until <time>', 'end: a date, an instant, or days such as 90d (default: a year)'))
  .action((options: Options) => {
    const ring = ringOf(options, cli);
    const now = cli.now();
    try {
      const grant = claimsOf({ workspace: options.workspace, orgId: organisation(options.org), uid: options.uid, clients: options.client, notBefore: when(options.from, now), expires: when(options.until, now) }, now);
      cli.out(signGrant(grant, ring));
      cli.say(`Grant ${grant.id}: organisation ${grant.orgId}, data source ${grant.uid}, ${grant.clients.join(', ')}, until ${shown(grant.expires)} UTC.`);
    } catch (error) {
      if (error instanceof GrantRefused || error instanceof KeysRefused) throw new CliError(error.message);
      throw error;
    }
  });
