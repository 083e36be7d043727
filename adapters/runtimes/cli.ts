#!/usr/bin/env node
import manifest from "../../package.json" with { type: "json" };
import { runCommand } from "./cli/commands.ts";
import { createTerminal } from "./cli/terminal.ts";
import { readEnvironment } from "./environment.ts";

const interruption = new AbortController();
// Once: a second Ctrl-C ends the process whatever it is doing.
process.once("SIGINT", () => interruption.abort());
// Whoever read our output has had enough, as in `docent check | head`.
process.stdout.on("error", () => process.exit());

try {
  process.exitCode = await runCommand(process.argv.slice(2), manifest.version, {
    terminal: createTerminal(readEnvironment(), interruption.signal),
    openLocal: async () => undefined,
  });
} catch (error) {
  process.stderr.write(`docent: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
