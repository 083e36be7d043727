import type { ParseArgsOptionsConfig } from "node:util";
import type { OpenLocal } from "./local.ts";
import type { Terminal } from "./terminal.ts";

/** A command of `docent`; one file each, listed in commands.ts. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What follows `docent`, for example `ask <question|-> [--json]`. */
  readonly usage: string;
  readonly options: ParseArgsOptionsConfig;
  /** Whether it takes more than options, and checks that itself. */
  readonly takesArguments?: true;
  /** Resolves to the exit code, 0 or 1. @throws UsageError, or any Error, whose message is shown */
  run(invocation: Invocation): Promise<number>;
}

export interface Invocation {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly terminal: Terminal;
  readonly openLocal: OpenLocal;
}

/** The command line is wrong: the command's usage is shown, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The only argument of a command. @throws UsageError unless there is exactly one */
export function onlyArgument({ positionals }: Invocation, what: string): string {
  const [first, ...others] = positionals;
  if (first === undefined || first.trim() === "") throw new UsageError(`Please give ${what}.`);
  if (others.length > 0) throw new UsageError(`Put it in quotes: ${what} is one argument.`);
  return first;
}

/** An option's trimmed value; undefined where it is missing or blank. */
export function textOption({ options }: Invocation, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value.trim() || undefined : undefined;
}
