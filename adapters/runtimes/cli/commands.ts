import { parseArgs } from "node:util";
import { DocentFailure } from "../../clients/docent/failure.ts";
import { askCommand } from "./ask.ts";
import { backupCommand } from "./backup/backup.ts";
import { checkCommand } from "./check.ts";
import { copyCommand } from "./copy.ts";
import { doctorCommand } from "./doctor.ts";
import { type Command, type Invocation, UsageError } from "./command.ts";
import { ingestCommand } from "./ingest/ingest.ts";
import { migrateCommand } from "./migrate.ts";
import { modelCommand } from "./model.ts";
import { restoreCommand } from "./backup/restore.ts";
import { alignColumns } from "./table.ts";
import { printable } from "./terminal.ts";

/** Every command; a new one is its file and a line here. */
const commands: readonly Command[] = [
  askCommand,
  ingestCommand,
  checkCommand,
  doctorCommand,
  migrateCommand,
  modelCommand,
  copyCommand,
  backupCommand,
  restoreCommand,
];

const interrupted = 130;

/**
 * Runs one command line and resolves to its exit code: 0, 1 for a failure, 2 for a wrong command line, 130
 * after Ctrl-C. Errors are shown, not thrown.
 */
export async function runCommand(
  words: readonly string[],
  version: string,
  offered: Pick<Invocation, "terminal" | "openLocal">,
): Promise<number> {
  const { terminal } = offered;
  const [name, ...rest] = words;
  if (name === "--version" || name === "-v") return say(`docent ${version}\n`);
  if (name === "help" || name === "--help" || name === "-h") return say(help());
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    const complaint = name === undefined ? "" : `docent: there is no command ${name}\n\n`;
    terminal.note(printable(complaint) + help());
    return 2;
  }
  try {
    const parsed = parseWords(command, rest);
    if (parsed.options["help"] === true) return say(usageOf(command));
    // Without naming it: it may be a database's URL with a password.
    if (parsed.positionals.length > 0 && !command.takesArguments)
      throw new UsageError(`${command.name} takes options alone: begin each with --.`);
    return await command.run({ ...parsed, ...offered });
  } catch (error) {
    if (terminal.signal.aborted) return interrupted;
    terminal.note(`docent: ${printable(messageOf(error))}\n`);
    if (!(error instanceof UsageError)) return 1;
    terminal.note(usageOf(command));
    return 2;
  }

  function say(text: string): number {
    terminal.print(text);
    return 0;
  }
}

function parseWords(command: Command, args: string[]): Pick<Invocation, "positionals" | "options"> {
  try {
    const { positionals, values } = parseArgs({
      args,
      options: { ...command.options, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
    return { positionals, options: values };
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const isAlone = error instanceof DocentFailure && error.code === "unreachable";
  return isAlone ? `${message} Start one with: npm start` : message;
}

function usageOf({ usage, summary }: Command): string {
  return `usage: docent ${usage}\n${summary}\n`;
}

function help(): string {
  const rows = commands.map(({ name, summary }) => [`  ${name}`, summary]);
  const lines = alignColumns([
    ...rows,
    ["  help", "show this list; docent <command> --help shows the options"],
  ]);
  return `usage: docent <command> [options]\n\n${lines.join("\n")}\n`;
}
