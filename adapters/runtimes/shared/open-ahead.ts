import type { Settings } from "../../../handlers/settings/index.ts";
import type { Capabilities } from "../../compose.ts";

/** Begins to open the embedded database, if that is the one: the app's first attempt gets this one's outcome. */
export function openAhead(capabilities: Capabilities, settings: Settings): Capabilities {
  const { openEmbeddedDatabase } = capabilities;
  if (settings.database.kind !== "embedded" || !openEmbeddedDatabase) return capabilities;
  const stopping = new AbortController();
  let ahead: ReturnType<typeof openEmbeddedDatabase> | undefined = openEmbeddedDatabase(
    settings,
    stopping.signal,
  );
  // The attempt reports the failure.
  ahead.catch(() => undefined);
  return {
    ...capabilities,
    openEmbeddedDatabase(_, signal) {
      if (!ahead) return openEmbeddedDatabase(settings, signal);
      const opening = ahead;
      ahead = undefined;
      if (signal.aborted) stopping.abort();
      else signal.addEventListener("abort", () => stopping.abort(), { once: true });
      return opening;
    },
  };
}
