import { Command, CommanderError } from 'commander';
import { CliError, type Cli, type CommandGroup } from './command';

/**
 * Runs the command line with these groups; gives the exit code: 0 done, 1 refused or failed with one line that says why.
 * Nothing here ends the process: tests run it as it is.
 */
export async function runCli(argv: readonly string[], groups: readonly CommandGroup[], cli: Cli): Promise<number> {
  const program = new Command('soc-outcomes').description('SOC Outcomes on the command line: scopes of clients, reports, checks.');
  for (const group of groups) program.addCommand(group(cli));
  for (const command of [program, ...descendants(program)]) command.exitOverride().configureOutput({ writeOut: text => cli.out(text.trimEnd()), writeErr: text => cli.say(text.trimEnd()) });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has already printed its own (help, version, a wrong option).
    if (error instanceof CommanderError) return error.exitCode;
    cli.say(error instanceof CliError ? error.message : `It failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

const descendants = (command: Command): Command[] => command.commands.flatMap(c => [c, ...descendants(c)]);
