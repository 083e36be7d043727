import { readFile } from "node:fs/promises";
import type { Asset, Assets } from "../../handlers/ports/assets.ts";
import { assetMediaType } from "./media-types.ts";

/** Static files beside the server's bundle, each read once and kept. @param folder a `file:` URL ending in `/` */
export function createFolderAssets(folder: URL): Assets {
  const kept = new Map<string, Promise<Asset | undefined>>();
  return {
    read(name) {
      const asset = kept.get(name) ?? load(name, folder);
      kept.set(name, asset);
      return asset;
    },
  };
}

async function load(name: string, folder: URL): Promise<Asset | undefined> {
  try {
    return { body: await readFile(new URL(name, folder), "utf8"), mediaType: assetMediaType(name) };
  } catch {
    return undefined;
  }
}
