import { join } from "node:path";
import { systemClock } from "../../../../handlers/lib/time.ts";
import { type Command, textOption } from "../command.ts";
import { openPlace, settingsOf } from "./place.ts";

export const backupCommand: Command = {
  name: "backup",
  summary: "write a snapshot of the database into a bucket, a dataset or a folder",
  usage: "backup --to <s3://…|hf://datasets/…|file:///…>",
  options: { to: { type: "string" } },
  run: async (invocation) => {
    const { terminal } = invocation;
    const place = await openPlace(textOption(invocation, "to"), terminal);
    const settings = settingsOf(undefined, terminal);
    // Loaded late: database drivers are most of the code.
    const { openDatabase, applyPending, requireTables } = await import("../open-database.ts");
    const { backUpNow } = await import("../../../databases/backup/by-hand.ts");
    const database = await openDatabase(settings, terminal);
    try {
      await requireTables(database);
      await applyPending(database, terminal);
      const secretPath = join(settings.dataDirectory, "secret");
      const { signal } = terminal;
      const options = { ...place, secretPath, clock: systemClock, signal };
      const { bytes } = await backUpNow(database, options);
      terminal.print(`A snapshot of ${(bytes / 1e6).toFixed(1)} MB is written.\n`);
    } finally {
      await database.close();
    }
    return 0;
  },
};
