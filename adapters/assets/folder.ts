import { readFile } from "node:fs/promises";
import type { Asset, Assets } from "../../handlers/ports/assets.ts";

const mediaTypes: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
};

/** Files beside the server's bundle, read once. @param folder as a `file:` URL ending in `/` */
export function createFolderAssets(folder: URL): Assets {
  const kept = new Map<string, Promise<Asset | undefined>>();
  return {
    read(name) {
      const asset = kept.get(name) ?? load(new URL(name, folder));
      kept.set(name, asset);
      return asset;
    },
  };
}

async function load(file: URL): Promise<Asset | undefined> {
  const extension = file.pathname.split(".").pop() ?? "";
  try {
    const body = await readFile(file, "utf8");
    return { body, mediaType: mediaTypes[extension] ?? "application/octet-stream" };
  } catch {
    return undefined;
  }
}
