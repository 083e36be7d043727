import { fileURLToPath } from "node:url";
import postgres from "postgres";
import type { RunningRuntime } from "../../contracts/runtime.ts";
import type { RuntimeRow, runtimeRows } from "../runtime-features.ts";
import { startNeonStandIn } from "../stand-ins/neon-stand-in.ts";
import { built } from "./built.ts";
import { startPostgres } from "./postgres-server.ts";
import { runCli } from "./run-cli.ts";
import { makeDirectory, startServer, type ServerOptions } from "./server-process.ts";
import { startWorker } from "./workerd.ts";

export type Start = (surroundings: Surroundings) => Promise<RunningRuntime>;
type RowName = (typeof runtimeRows)[number] extends infer Row
  ? Row extends RuntimeRow
    ? `${Row["name"]}, ${Row["database"]}`
    : never
  : never;

/** The services that runtimes can reach. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string>>;
  /** A separate database for each runtime; undefined without PostgreSQL. */
  readonly databases: Databases | undefined;
}

export interface Databases {
  /** Host and port of the stand-in for Neon's HTTP endpoint. */
  readonly neon: string;
  /** Creates a database; returns its name in PostgreSQL and the settings that select it. */
  make(
    kind: "PostgreSQL" | "Neon",
    state: "empty" | "migrated",
  ): Promise<{ readonly url: string; readonly settings: Readonly<Record<string, string>> }>;
  stop(): Promise<void>;
}

/** Without the optimisation of WebAssembly, which Docent turns off on Node alone: it takes seconds of a core. */
export const commands = {
  deno: [
    "node_modules/.bin/deno",
    "run",
    "-A",
    "--v8-flags=--no-wasm-tier-up,--no-wasm-dynamic-tiering",
  ],
  bun: ["env", "BUN_JSC_useOMGJIT=0", "node_modules/.bin/bun"],
} as const;

const rerouteNeon = "./test/support/stand-ins/reroute-neon.mjs";

/** Starts each runtime as its users do. */
export const starts: Readonly<Record<RowName, Start>> = {
  "Node, embedded": asProcess({ program: built("server.js") }),
  "Node, PostgreSQL": asProcess({ program: built("server.js") }, "PostgreSQL"),
  "Deno, embedded": asProcess({ command: commands.deno, program: built("deno.js") }),
  "Bun, embedded": asProcess({ command: commands.bun, program: built("bun.js") }),
  "Bun, Neon": asProcess(
    { command: [...commands.bun, "--preload", rerouteNeon], program: built("bun.js") },
    "Neon",
  ),
  async "Cloudflare Workers, Neon"({ environment, databases }) {
    const made = await databases?.make("Neon", "migrated");
    const bindings = { ...environment, ...made?.settings };
    return startWorker({ bindings, ...(databases && { neon: databases.neon }) });
  },
  "Vercel, Neon": asProcess(
    {
      command: [process.execPath, "--import", rerouteNeon],
      program: fileURLToPath(new URL("vercel-server.ts", import.meta.url)),
    },
    "Neon",
    "migrated",
  ),
};

function asProcess(
  options: ServerOptions,
  kind?: "PostgreSQL" | "Neon",
  state: "empty" | "migrated" = "empty",
): Start {
  return async ({ environment, databases }) => {
    const made = kind && (await databases?.make(kind, state));
    const server = await startServer({
      ...options,
      dataDirectory: await makeDirectory(),
      until: "listening",
      environment: { ...environment, ...made?.settings },
    });
    return {
      url: server.url,
      log: () => server.log(),
      stop: async () => void (await server.end("SIGTERM")),
    };
  };
}

/**
 * Starts one PostgreSQL for all runtimes and the stand-in for Neon in front of it, with tables made by `docent
 * migrate`.
 */
export async function startDatabases(): Promise<Databases> {
  const server = await startPostgres();
  const neon = await startNeonStandIn(server.url);
  const admin = postgres(server.url, { max: 1, onnotice: () => undefined });
  const template = "docent_template";
  const secret = { JWT_SECRET: "a secret for tests, of more than thirty-two bytes" };
  const urlOf = (name: string) => server.url.replace(/postgres$/, name);
  await admin.unsafe(`create database ${template}`);
  const migrated = await runCli(["migrate"], {
    environment: { DATABASE_URL: urlOf(template), ...secret },
  });
  if (migrated.code !== 0) throw new Error(`docent migrate: ${migrated.stderr}`);
  let made = 0;
  return {
    neon: new URL(neon.endpoint).host,
    async make(kind, state) {
      made += 1;
      const name = `docent_${made}`;
      await admin.unsafe(
        `create database ${name} template ${state === "empty" ? "template0" : template}`,
      );
      const url = urlOf(name);
      if (kind === "PostgreSQL") return { url, settings: { DATABASE_URL: url, ...secret } };
      const named = `postgresql://docent:right@ep-test.eu.neon.tech/${name}`;
      const settings = { DATABASE_URL: named, NEON_STAND_IN: neon.endpoint, ...secret };
      return { url, settings };
    },
    async stop() {
      await admin.end({ timeout: 1 });
      await neon.stop();
      await server.stop();
    },
  };
}
