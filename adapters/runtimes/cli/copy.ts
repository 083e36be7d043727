import { type Command, textOption, UsageError } from "./command.ts";
import type { Copied } from "../../databases/copy.ts";
import { settingsOf } from "./backup/place.ts";

export const copyCommand: Command = {
  name: "copy",
  summary: "copy everything from one database into an empty one",
  usage: "copy --to <url|embedded> [--from <url|embedded>]",
  options: { to: { type: "string" }, from: { type: "string" } },
  run: async (invocation) => {
    const { terminal } = invocation;
    const to = textOption(invocation, "to");
    if (to === undefined) throw new UsageError("Name the target: --to <url>, or --to embedded.");
    const targetSettings = settingsOf(to, terminal);
    const sourceSettings = settingsOf(textOption(invocation, "from"), terminal);
    // Loaded late: database drivers are most of the code.
    const { openDatabase, applyPending, requireTables } = await import("./open-database.ts");
    const { copyDatabase } = await import("../../databases/copy.ts");
    const source = await openDatabase(sourceSettings, terminal);
    try {
      await requireTables(source);
      const target = await openDatabase(targetSettings, terminal, "create");
      try {
        for (const database of [source, target]) await applyPending(database, terminal);
        const onCopied = ({ table, rows }: Copied) => {
          if (rows > 0) terminal.print(`${String(rows).padStart(8)}  ${table}\n`);
        };
        await copyDatabase(source, target, onCopied, terminal.signal);
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
    const isEmbedded = targetSettings.database.kind === "embedded";
    const next = isEmbedded ? "Leave DATABASE_URL out, keep" : "Set DATABASE_URL and";
    terminal.print(`Everything is copied. ${next} JWT_SECRET, and start the server.\n`);
    return 0;
  },
};
