import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Asset, Assets } from "../../handlers/ports/assets.ts";
import { assetMediaType } from "./media-types.ts";

/** Static files beside the server's bundle, each with its `.gz` beside it if there is one, read once and kept. @param folder a `file:` URL ending in `/` */
export function createFolderAssets(folder: URL): Assets {
  const kept = new Map<string, Promise<Asset | undefined>>();
  return {
    read(name) {
      const asset = kept.get(name) ?? load(name, folder);
      kept.set(name, asset);
      // Requests may ask for any number of names.
      void asset.then((found) => found ?? kept.delete(name));
      return asset;
    },
  };
}

async function load(name: string, folder: URL): Promise<Asset | undefined> {
  const [body, gzip] = await Promise.all([
    readIfThere(new URL(name, folder)),
    readIfThere(new URL(`${name}.gz`, folder)),
  ]);
  if (!body) return undefined;
  const etag = createHash("sha256").update(body).digest("base64url").slice(0, 22);
  return { body, gzip, etag, mediaType: assetMediaType(name) };
}

function readIfThere(url: URL): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return readFile(url).catch(() => undefined);
}
