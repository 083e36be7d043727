import type { Logger } from "../../handlers/ports/logger.ts";
import { createFolderAssets } from "../assets/folder.ts";
import type { Offers } from "../compose.ts";
import { createKeptSecret } from "../secrets/kept-secret.ts";

/** What a process with files and threads can do: the server's and the command line's. */
export function nodeOffers(logger: Logger): Offers {
  return {
    logger,
    assets: createFolderAssets(new URL("./", import.meta.url)),
    keepSecret: ({ dataDirectory }, previous) => createKeptSecret(dataDirectory, previous),
    async openEmbeddedDatabase() {
      // Imported when it is needed: the first /health need not wait for it.
      const { openEngine } = await import("../databases/pglite/engine.ts");
      return openEngine();
    },
  };
}
