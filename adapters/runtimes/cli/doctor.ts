import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Command, UsageError } from "./command.ts";
import { checkSpace } from "./space-rules.ts";

export const doctorCommand: Command = {
  name: "doctor",
  summary: "check README.md and Dockerfile before you push them to a Space",
  usage: "doctor [folder]",
  takesArguments: true,
  options: {},
  run: async ({ positionals: [folder = ".", ...others], terminal }) => {
    if (others.length > 0) throw new UsageError("Name one folder at most.");
    const read = (name: string) => readFile(join(folder, name), "utf8").catch(() => undefined);
    const findings = checkSpace(await read("README.md"), await read("Dockerfile"));
    for (const { rule, trouble } of findings) {
      const line =
        trouble === undefined
          ? terminal.style("green", `✓ ${rule}`)
          : `${terminal.style("red", `✗ ${rule}`)}: ${trouble}`;
      terminal.print(`${line}\n`);
    }
    const isWell = findings.every(({ trouble }) => trouble === undefined);
    terminal.print(`\n${terminal.style("bold", isWell ? "Ready to push." : "Not ready yet.")}\n`);
    return isWell ? 0 : 1;
  },
};
