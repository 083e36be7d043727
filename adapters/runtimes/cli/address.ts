import { parseSettings } from "../../../handlers/settings/index.ts";
import { readHolder } from "../../databases/pglite/lock.ts";
import { UsageError } from "./command.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The server's URL: `given` by --url; else that of the server holding the data directory; else HOST and PORT
 * on this machine. @throws UsageError where `given` is no HTTP URL
 */
export async function serverUrl(terminal: Terminal, given: string | undefined): Promise<string> {
  if (given === undefined) {
    const { server, dataDirectory } = parseSettings(terminal.environment).settings;
    const holder = await readHolder(dataDirectory);
    if (holder?.url !== undefined) return holder.url;
    const { host, port } = server;
    const isEveryAddress = host === "0.0.0.0" || host === "::";
    const name = isEveryAddress ? "localhost" : host;
    return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
  }
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError("--url takes an address that begins with http:// or https://.");
  }
  return (url.origin + url.pathname).replace(/\/+$/, "");
}
