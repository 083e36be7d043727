import { type Command, textOption, UsageError } from "../command.ts";
import { openPlace, settingsOf } from "./place.ts";

export const restoreCommand: Command = {
  name: "restore",
  summary: "restore a backup into an empty database",
  usage: "restore --from <s3://…|hf://datasets/…|file:///…> [--at <time>] [--to <url|embedded>]",
  options: { from: { type: "string" }, at: { type: "string" }, to: { type: "string" } },
  run: async (invocation) => {
    const { terminal } = invocation;
    const from = textOption(invocation, "from");
    if (from === undefined) throw new UsageError("Name the backup's place: --from <url>.");
    const place = await openPlace(from, terminal);
    const target = settingsOf(textOption(invocation, "to"), terminal);
    const at = readTime(textOption(invocation, "at"));
    // Loaded late: database drivers are most of the code.
    const { restoreInto } = await import("./restore-into.ts");
    const restored = await restoreInto(target, { place, at }, terminal);
    terminal.print(`Restored as of ${restored.at}.\n`);
    if (target.database.kind !== "embedded")
      terminal.print("Set DATABASE_URL and JWT_SECRET, and start the server.\n");
    return 0;
  },
};

/** @throws UsageError */
function readTime(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new UsageError("--at takes a time such as 2026-11-29T08:00:00Z.");
  return time;
}
