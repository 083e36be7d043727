#!/usr/bin/env node
import { version } from "../../../handlers/lib/version.ts";
import { runCommand } from "./commands.ts";
import { createTerminal } from "./terminal.ts";
import { readEnvironment } from "../shared/environment.ts";

// As for the server: what a command makes in DATA_DIR is for this user alone.
process.umask(0o077);
const interruption = new AbortController();
// Once: a second Ctrl-C ends the process at once.
process.once("SIGINT", () => interruption.abort());
// The reader of our output has closed it, as in `docent check | head`.
process.stdout.on("error", () => process.exit());

try {
  process.exitCode = await runCommand(process.argv.slice(2), version, {
    terminal: createTerminal(readEnvironment(), interruption.signal),
    // Loaded late: the app is most of the code, and asking a server does not need it.
    openLocal: async (terminal) => (await import("./open-local.ts")).openLocal(terminal),
  });
} catch (error) {
  process.stderr.write(`docent: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
