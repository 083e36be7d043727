import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface Worker {
  readonly url: string;
  /** Bytes of the bundle. */
  readonly size: number;
  log(): string;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs the Cloudflare entry in workerd on 127.0.0.1. The database's HTTP endpoint is the driver's own
 * setting, given before the entry is loaded, so that the product needs none for tests.
 */
export async function startWorker(
  bindings: Readonly<Record<string, string>>,
  fetchEndpoint: string,
): Promise<Worker> {
  const folder = await mkdtemp(join(tmpdir(), "docent-worker-"));
  const { outputFiles } = await build({
    stdin: {
      contents: `import { neonConfig } from "@neondatabase/serverless";
        neonConfig.fetchEndpoint = ${JSON.stringify(fetchEndpoint)};
        export { default } from "./adapters/runtimes/cloudflare.ts";`,
      resolveDir: root,
    },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2024",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "import", "default"],
    external: ["node:*"],
    loader: { ".sql": "text" },
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  await writeFile(join(folder, "worker.js"), code);
  const port = await freePort();
  await writeFile(join(folder, "config.capnp"), configuration(port, bindings));
  const child = spawn(join(root, "node_modules/.bin/workerd"), ["serve", "config.capnp"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {},
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  while (!(await isAnswering(url))) {
    if (child.exitCode !== null) throw new Error(`workerd: ${log}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    size: code.length,
    log: () => log,
    async stop() {
      const exited = once(child, "exit");
      child.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function isAnswering(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function configuration(port: number, bindings: Readonly<Record<string, string>>): string {
  const texts = Object.entries(bindings).map(
    ([name, text]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [
        (name = "main", worker = .docent),
        (name = "internet", network = (allow = ["local", "private", "public"])),
      ],
      sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
    );
    const docent :Workerd.Worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "2026-10-01",
      bindings = [${texts.join(", ")}],
    );`;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
