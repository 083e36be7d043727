import { version } from "../../../handlers/lib/version.ts";
import { runCommand } from "../../../adapters/runtimes/cli/commands.ts";
import { openLocal } from "../../../adapters/runtimes/cli/open-local.ts";
import { secretWatch } from "../secret-watch.ts";
import type { CliOptions, CliRun } from "../servers/run-cli.ts";

/**
 * Runs a command line as `runCli` does, but in this process, where it takes a tenth of the time: for what commands do,
 * not for what a process adds (`.env`, signals, pipes).
 */
export async function runCommandHere(
  words: readonly string[],
  options: Pick<CliOptions, "environment" | "input"> & { readonly signal?: AbortSignal } = {},
): Promise<CliRun> {
  const { environment = {}, input = "", signal = new AbortController().signal } = options;
  let stdout = "";
  let stderr = "";
  const code = await runCommand(words, version, {
    terminal: {
      environment,
      signal,
      isWatched: false,
      isStyled: false,
      columns: 100,
      print: (text) => void (stdout += text),
      note: (text) => void (stderr += text),
      style: (_, text) => text,
      input: inBytes(input),
    },
    openLocal,
  });
  secretWatch.setting(environment);
  secretWatch.logged(stdout + stderr);
  return { code, stdout, stderr };
}

async function* inBytes(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
