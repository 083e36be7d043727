import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built } from "./built.ts";

export interface Worker {
  readonly url: string;
  log(): string;
  stop(): Promise<void>;
}

export interface WorkerOptions {
  readonly bindings?: Readonly<Record<string, string>>;
  /** Host and port to which requests to `*.neon.tech` go. */
  readonly neon?: string;
  /** The worker's code; by default the built worker. */
  readonly code?: string;
}

/** The program itself: the package's command is a script, which would stay in between, until its install script ran. */
const { default: program } = createRequire(import.meta.url)("workerd") as { default: string };
const folder = built("cloudflare");

/** Runs the built worker in workerd on 127.0.0.1, with the settings of its wrangler.jsonc. */
export async function startWorker(options: WorkerOptions = {}): Promise<Worker> {
  const directory = await mkdtemp(join(tmpdir(), "docent-worker-"));
  const chunks = options.code === undefined ? await copyChunks(directory) : [];
  const code = options.code ?? (await readFile(join(folder, "worker.js"), "utf8"));
  await writeFile(join(directory, "worker.js"), code);
  await writeFile(join(directory, "outbound.js"), outbound);
  const port = await freePort();
  await writeFile(join(directory, "config.capnp"), await configuration(port, options, chunks));
  const child = spawn(program, ["serve", "config.capnp"], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    env: {},
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  while (!(await isAnswering(url))) {
    if (child.exitCode !== null) throw new Error(`workerd: ${log}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    url,
    log: () => log,
    async stop() {
      const exited = once(child, "exit");
      child.kill();
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function isAnswering(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Outgoing requests: those to Neon's hosts go to the stand-in, all others to their address. */
const outbound = `export default {
  fetch(request, { NEON, INTERNET }) {
    return (new URL(request.url).hostname.endsWith(".neon.tech") ? NEON : INTERNET).fetch(request);
  },
};`;

/** Copies the parts of the bundle that worker.js imports, which wrangler.jsonc names by a pattern; their names. */
async function copyChunks(directory: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^chunk-.*\.js$/.test(name));
  await Promise.all(names.map((name) => copyFile(join(folder, name), join(directory, name))));
  return names;
}

async function configuration(
  port: number,
  options: WorkerOptions,
  chunks: readonly string[],
): Promise<string> {
  const { date, flags } = await readCompatibility();
  const modules = ["worker.js", ...chunks].map(
    (name) => `(name = ${JSON.stringify(name)}, esModule = embed ${JSON.stringify(name)})`,
  );
  const texts = Object.entries(options.bindings ?? {}).map(
    ([name, text]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)}),`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [
        (name = "main", worker = .docent),
        (name = "assets", disk = ${JSON.stringify(join(folder, "assets"))}),
        (name = "outbound", worker = .outbound),
        (name = "internet", network = (allow = ["local", "private", "public"])),
        (name = "neon", external = (address = ${JSON.stringify(options.neon ?? "127.0.0.1:1")}, http = ())),
      ],
      sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
    );
    const docent :Workerd.Worker = (
      modules = [${modules.join(", ")}],
      compatibilityDate = ${date},
      compatibilityFlags = ${flags},
      globalOutbound = "outbound",
      bindings = [${texts.join(" ")} (name = "ASSETS", service = "assets")],
    );
    const outbound :Workerd.Worker = (
      modules = [(name = "outbound", esModule = embed "outbound.js")],
      compatibilityDate = ${date},
      bindings = [(name = "NEON", service = "neon"), (name = "INTERNET", service = "internet")],
    );`;
}

/** The compatibility settings of wrangler.jsonc, in JSON. */
async function readCompatibility(): Promise<{ date: string; flags: string }> {
  const wrangler = await readFile(join(folder, "wrangler.jsonc"), "utf8");
  const date = /"compatibility_date": ("[^"]+")/.exec(wrangler)?.[1];
  const flags = /"compatibility_flags": (\[[^\]]*\])/.exec(wrangler)?.[1];
  if (date === undefined || flags === undefined)
    throw new Error("wrangler.jsonc: no compatibility");
  return { date, flags };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
