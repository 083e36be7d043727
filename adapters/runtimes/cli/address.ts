import { parseSettings } from "../../../handlers/settings.ts";
import { UsageError } from "./command.ts";
import type { Terminal } from "./terminal.ts";

/** Where the server is: `given` by --url, else where the settings have it on this machine. Throws UsageError. */
export function serverUrl(terminal: Terminal, given: string | undefined): string {
  if (given === undefined) {
    const { host, port } = parseSettings(terminal.environment).settings.server;
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
