import { describeSettings, parseSettings } from "../../../handlers/settings.ts";
import type { Command } from "./command.ts";
import { alignColumns } from "./table.ts";
import type { Style } from "./terminal.ts";

const styleOf: Readonly<Record<string, Style>> = {
  set: "green",
  default: "dim",
  missing: "red",
  invalid: "red",
};

export const check: Command = {
  name: "check",
  summary: "show every setting and what is wrong with it",
  usage: "check",
  options: {},
  run: async ({ terminal }) => {
    const rows = describeSettings(terminal.environment);
    const { problems } = parseSettings(terminal.environment);
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
    return count === 0 ? 0 : 1;
  },
};

function shorten(value: string): string {
  return value.length > 50 ? `${value.slice(0, 49)}…` : value;
}
