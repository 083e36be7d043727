#!/usr/bin/env node
import { version } from "../../../handlers/lib/version.ts";
import { runCommand } from "./commands.ts";
import { createTerminal } from "./terminal.ts";
import { readEnvironment } from "../shared/environment.ts";

const interruption = new AbortController();
// Once: a second Ctrl-C ends the process whatever it is doing.
process.once("SIGINT", () => interruption.abort());
// Whoever read our output has had enough, as in `docent check | head`.
process.stdout.on("error", () => process.exit());

try {
  process.exitCode = await runCommand(process.argv.slice(2), version, {
    terminal: createTerminal(readEnvironment(), interruption.signal),
    // Most of the code, and no need of it to show a table or ask a server.
    openLocal: async (terminal) => (await import("./open-local.ts")).openLocal(terminal),
  });
} catch (error) {
  process.stderr.write(`docent: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
