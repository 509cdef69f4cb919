import { Command } from 'commander';
import { KeysRefused } from '../../backend/scope/grants/keys';
import { CliError, type Cli } from '../command';
import { ringOf, withKeyOptions, type KeyOptions } from './ring';

/** `grants keys`: which keys sign and verify; the running server reads the file again by itself. */
export function keyCommands(cli: Cli): Command {
  const keys = new Command('keys').description('keys that sign grants: the first one signs, all verify');
  const refusing = (work: () => void): void => {
    try { work(); } catch (error) {
      if (error instanceof KeysRefused) throw new CliError(error.message);
      throw error;
    }
  };
  const list = (options: KeyOptions): void => { ringOf(options, cli).ids().forEach((id, i) => cli.out(`${id}${i === 0 ? '  signs' : ''}`)); };
  keys.addCommand(withKeyOptions(new Command('list').description('ids of the keys, never the keys')).action(list));
  keys.addCommand(withKeyOptions(new Command('rotate').description('put a new key first; grants of the older ones go on until they are dropped')).action((options: KeyOptions) => refusing(() => {
    cli.out(ringOf(options, cli).rotate().id);
    cli.say('Grants from now on are signed with it. Replace the older ones (grants rotate), then drop their key.');
  })));
  keys.addCommand(withKeyOptions(new Command('drop').description('take a key away: every grant it signed ends').argument('<id>')).action((id: string, options: KeyOptions) => refusing(() => {
    ringOf(options, cli).drop(id);
    list(options);
  })));
  return keys;
}
