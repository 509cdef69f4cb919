import type { Command } from 'commander';

/** What a command may touch of the world; tests hand in their own. */
export interface Cli {
  /** One line for the person or the next program in the pipe. */
  out(line: string): void;
  /** One line of explanation; never part of the result. */
  say(line: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
}

/** One group of commands (`grants`, `clients`, `report` …) in a folder of its own; main.ts lists them. */
export type CommandGroup = (cli: Cli) => Command;

/** Something the person can mend: printed as one line without a stack, exit code 1. */
export class CliError extends Error {
  override name = 'CliError';
}
