import { parseSettings } from "../../../handlers/settings/index.ts";
import type { Command } from "./command.ts";

export const migrateCommand: Command = {
  name: "migrate",
  summary: "update the tables of DATABASE_URL, for runtimes that cannot do it at start",
  usage: "migrate",
  options: {},
  run: async ({ terminal }) => {
    const { settings, problems } = parseSettings(terminal.environment);
    if (settings.database.kind === "embedded") {
      terminal.print("Docent updates the embedded database whenever it starts.\n");
      return 0;
    }
    const problem = problems.find(({ affects }) => affects.includes("database"));
    if (problem) throw new Error(problem.message);
    // Loaded late: database drivers are most of the code.
    const { openDatabase, applyPending } = await import("./open-database.ts");
    const database = await openDatabase(settings, terminal);
    try {
      const applied = await applyPending(database, terminal);
      for (const name of applied) terminal.print(`${name}\n`);
      terminal.print(applied.length === 0 ? "Nothing to do.\n" : "The database is up to date.\n");
      return 0;
    } finally {
      await database.close();
    }
  },
};
