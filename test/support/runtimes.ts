import { runtimeEnvironment, type Exceptions, type RunningRuntime } from "../contracts/runtime.ts";
import { startServer, type ServerOptions } from "./server-process.ts";

interface Runtime {
  readonly name: string;
  readonly start: () => Promise<RunningRuntime>;
  readonly exceptions: Exceptions;
}

/** Every runtime there is an entry for, as its users start it. */
export const runtimes: readonly Runtime[] = [
  { name: "Node", start: asProcess({ program: "dist/server.js" }), exceptions: {} },
  {
    name: "Deno",
    start: asProcess({ command: ["node_modules/.bin/deno", "run", "-A"], program: "dist/deno.js" }),
    exceptions: {},
  },
  {
    name: "Bun",
    start: asProcess({ command: ["node_modules/.bin/bun"], program: "dist/bun.js" }),
    exceptions: {},
  },
];

function asProcess(options: ServerOptions): Runtime["start"] {
  return async () => {
    const server = await startServer({ ...options, environment: runtimeEnvironment });
    return { url: server.url, stop: async () => void (await server.end("SIGTERM")) };
  };
}
