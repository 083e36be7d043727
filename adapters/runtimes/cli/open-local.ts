import { createApp } from "../../../handlers/app.ts";
import { parseSettings } from "../../../handlers/settings/index.ts";
import { compose } from "../../compose.ts";
import { readHolder } from "../../databases/pglite/lock.ts";
import { createLogger } from "../../loggers/lines.ts";
import { nodeCapabilities } from "../node/capabilities.ts";
import type { OpenLocal } from "./local.ts";

/** Opens the app on this machine's data directory for one command. @throws PortFailure where the database cannot be opened */
export const openLocal: OpenLocal = async (terminal) => {
  const parsed = parseSettings(terminal.environment);
  // A command must not take the database over from the server that has it. What it changes is sent when a server
  // starts on this directory.
  const settings = { ...parsed.settings, backup: { kind: "unusable" } as const };
  if (settings.database.kind !== "embedded") return undefined;
  if (await readHolder(settings.dataDirectory)) return undefined;

  const logger = createLogger({
    level: "error",
    format: "text",
    write: (lines) => terminal.note(lines),
  });
  const capabilities = nodeCapabilities(logger);
  // Opened here: the app would retry in the background, and the command would not learn why it fails.
  const database = await capabilities.openEmbeddedDatabase?.(settings, terminal.signal);
  if (!database) return undefined;
  const openEmbeddedDatabase = () => Promise.resolve(database);
  const ports = compose(settings, { ...capabilities, openEmbeddedDatabase });
  const app = createApp(ports, { ...parsed, settings });
  await ports.database.start();

  let ready: Promise<void> | undefined;
  let counted = 0;
  return {
    async fetch(request) {
      await (ready ??= app.start());
      return app.fetch(request);
    },
    ingest: {
      description: settings.dataDirectory,
      ingest: ({ entries, isComplete }, { source, urlBase, signal, onEntry }) =>
        app.ingest(source, entries, {
          missing: isComplete ? "remove" : "keep",
          urlBase: urlBase ?? null,
          signal,
          onProgress: ({ added, changed, unchanged, failed }) => {
            const seen = added + changed + unchanged + failed.length;
            for (; counted < seen; counted += 1) onEntry();
          },
        }),
    },
    close: () => app.stop(),
  };
};
