import {
  describeSettings,
  parseSettings,
  type Settings,
} from "../../../handlers/settings/index.ts";
import { locateModel } from "../../embedders/local/locate.ts";
import { modelFolders } from "../node/model-folders.ts";
import type { Command } from "./command.ts";
import { alignColumns } from "./table.ts";
import { printable, type Style, type Terminal } from "./terminal.ts";

const styleOf: Readonly<Record<string, Style>> = {
  set: "green",
  default: "dim",
  missing: "red",
  invalid: "red",
};

export const checkCommand: Command = {
  name: "check",
  summary: "show every setting and what is wrong with it",
  usage: "check [--connect]",
  options: { connect: { type: "boolean" } },
  run: async ({ terminal, options }) => {
    const rows = describeSettings(terminal.environment);
    const { settings, problems } = parseSettings(terminal.environment);
    const lines = alignColumns(
      rows.map(({ name, state, shown, purpose }) => [name, state, shorten(shown), purpose]),
    );
    for (const [index, line] of lines.entries()) {
      const style = styleOf[rows[index]?.state ?? "default"] ?? "dim";
      terminal.print(`${terminal.style(style, line)}\n`);
    }
    terminal.print("\n");
    for (const { name, message } of problems) {
      terminal.print(`${terminal.style("red", `✗ ${name}`)}  ${message}\n`);
    }
    const count = problems.length;
    const verdict =
      count === 0 ? "All settings are fine." : `${count} ${count === 1 ? "problem" : "problems"}.`;
    terminal.print(`${terminal.style("bold", verdict)}\n`);
    const isEmbedding = checkLocalModel(settings, terminal);
    const isConnected = options["connect"] !== true || (await connect(terminal));
    return count === 0 && isEmbedding && isConnected ? 0 : 1;
  },
};

/** Says whether the built-in embedder has its model; false where it cannot be used. */
function checkLocalModel({ models, dataDirectory }: Settings, terminal: Terminal): boolean {
  const { mode, model: reference } = models.localEmbedder;
  if (mode === "off" || models.embedder) return true;
  const located = locateModel({ mode, reference, roots: modelFolders(dataDirectory) });
  if (located.kind === "absent") return true;
  const isFound = located.kind === "found";
  const found = isFound
    ? `ready, with ${located.model.name}`
    : `${located.error.trouble}, ${located.error.message}`;
  const line = `built-in embedder: ${printable(found)}`;
  terminal.print(`${terminal.style(isFound ? "green" : "red", line)}\n`);
  return isFound;
}

/** Tries every service and prints the results; whether all of them answer. */
async function connect(terminal: Terminal): Promise<boolean> {
  // Loaded late: the drivers of every service, which the table does not need.
  const { tryServices } = await import("./try-services.ts");
  const { settings } = parseSettings(terminal.environment);
  let isFine = true;
  terminal.print("\n");
  for await (const attempt of tryServices(settings, terminal)) {
    isFine &&= attempt.isFine;
    const mark = attempt.isFine ? terminal.style("green", "✓") : terminal.style("red", "✗");
    const { name, found, milliseconds } = attempt;
    terminal.print(`${mark} ${name}  ${printable(found)}  (${milliseconds} ms)\n`);
  }
  return isFine;
}

function shorten(value: string): string {
  return value.length > 50 ? `${value.slice(0, 49)}…` : value;
}
