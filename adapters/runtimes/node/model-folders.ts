import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where models lie as `owner/name`: what was fetched here, then what the image brought beside the bundle. */
export function modelFolders(dataDirectory: string): readonly [fetched: string, bundled: string] {
  return [join(dataDirectory, "models"), fileURLToPath(new URL("models", import.meta.url))];
}
