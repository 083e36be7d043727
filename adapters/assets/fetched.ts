import type { Assets } from "../../handlers/ports/assets.ts";
import { assetMediaType } from "./media-types.ts";

/** What answers for a platform's files, such as a worker's binding `ASSETS`. */
export interface AssetFetcher {
  fetch(url: string): Promise<Response>;
}

/** Files that a platform keeps elsewhere and hands out by `fetch`; none without it. */
export function createFetchedAssets(fetcher: AssetFetcher | undefined): Assets {
  return {
    async read(name) {
      // The host is not looked at.
      const answer = await fetcher?.fetch(`https://assets.local/${name}`);
      if (!answer?.ok) return undefined;
      return { body: await answer.text(), mediaType: assetMediaType(name) };
    },
  };
}
