#!/usr/bin/env node
import { version } from "../../handlers/version.ts";
import { runCommand } from "./cli/commands.ts";
import { createTerminal } from "./cli/terminal.ts";
import { readEnvironment } from "./environment.ts";

const interruption = new AbortController();
// Once: a second Ctrl-C ends the process whatever it is doing.
process.once("SIGINT", () => interruption.abort());
// Whoever read our output has had enough, as in `docent check | head`.
process.stdout.on("error", () => process.exit());

try {
  process.exitCode = await runCommand(process.argv.slice(2), version, {
    terminal: createTerminal(readEnvironment(), interruption.signal),
    // Most of the code, and no need of it to show a table or ask a server.
    openLocal: async (terminal) => (await import("./cli/open-local.ts")).openLocal(terminal),
  });
} catch (error) {
  process.stderr.write(`docent: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
