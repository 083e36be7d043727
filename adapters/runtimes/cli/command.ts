import type { ParseArgsOptionsConfig } from "node:util";
import type { OpenLocal } from "./local.ts";
import type { Terminal } from "./terminal.ts";

/** One thing that `docent` does; a file each, registered in commands.ts. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What follows `docent`, for example `ask <question|-> [--json]`. */
  readonly usage: string;
  readonly options: ParseArgsOptionsConfig;
  /** Resolves to the exit code: 0, or 1 when something is wrong. Throws UsageError. */
  run(invocation: Invocation): Promise<number>;
}

export interface Invocation {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly terminal: Terminal;
  readonly openLocal: OpenLocal;
}

/** The command was called in a way it does not understand: its usage is shown, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The one argument a command takes. Throws UsageError unless it is exactly one. */
export function onlyArgument({ positionals }: Invocation, what: string): string {
  const [first, ...others] = positionals;
  if (first === undefined || first.trim() === "") throw new UsageError(`Say ${what}.`);
  if (others.length > 0) throw new UsageError(`Put ${what} in quotes: it is one argument.`);
  return first;
}

/** An option's text, or undefined; blank is missing. */
export function textOption({ options }: Invocation, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value.trim() || undefined : undefined;
}
