import { parseSettings, type Settings } from "../../../handlers/settings/index.ts";
import { type Command, textOption, UsageError } from "./command.ts";
import type { Terminal } from "./terminal.ts";

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
    const { openDatabase, applyPending } = await import("./open-database.ts");
    const { copyDatabase } = await import("../../databases/copy.ts");
    const source = await openDatabase(sourceSettings, terminal);
    try {
      const target = await openDatabase(targetSettings, terminal);
      try {
        for (const database of [source, target]) await applyPending(database, terminal);
        await copyDatabase(source, target, ({ table, rows }) => {
          if (rows > 0) terminal.print(`${String(rows).padStart(8)}  ${table}\n`);
        });
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
    terminal.print(
      "Everything is copied. Set DATABASE_URL and JWT_SECRET, and start the server.\n",
    );
    return 0;
  },
};

/** The settings with another database. @throws UsageError */
function settingsOf(place: string | undefined, { environment }: Terminal): Settings {
  if (place === undefined) return parseSettings(environment).settings;
  const { NEON_DATABASE_URL: _neon, POSTGRES_URL: _postgres, ...others } = environment;
  const url = place === "embedded" ? "" : place;
  const { settings } = parseSettings({ ...others, DATABASE_URL: url });
  if (settings.database.kind === "unusable") {
    throw new UsageError("Name a database by its URL, postgresql://…, or by the word embedded.");
  }
  return settings;
}
