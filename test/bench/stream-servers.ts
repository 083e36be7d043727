import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuTime, startChild, type ChildServer } from "./child-server.ts";

/** Starts a model's server, a bare pass-through before it, and Docent before it. */
export async function startStreamServers() {
  const folder = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const documents = await mkdtemp(join(tmpdir(), "docent-bench-"));
  // What is measured is the stream, not the search before it.
  await writeFile(join(documents, "boats.md"), "# Boats\n\nBoats float on water.\n");
  const model = await startChild(["test/bench/model-server.mjs"]);
  const bare = await startChild(["test/bench/pass-through.mjs"], {
    UPSTREAM: `${model.url}/v1/chat/completions`,
  });
  const start = async (name: string, settings: Readonly<Record<string, string>>) => {
    const server = await startChild(["dist/server.js"], {
      DATA_DIR: join(folder, name),
      OPENAI_BASE_URL: `${model.url}/v1`,
      OPENAI_MODEL: "bench",
      TRUSTED_PROXIES: "1",
      LOCAL_EMBEDDER: "off",
      ANSWER_TOKENS_MAX: "1000000",
      // On a busy machine, a model that is only slow must not be passed over.
      FIRST_TOKEN_TIMEOUT_SECONDS: "600",
      IDLE_TIMEOUT_SECONDS: "600",
      ...settings,
    });
    await until(async () => (await fetch(`${server.url}/ready`)).ok);
    await until(() => isQuiet(server));
    return server;
  };
  const docent = await start("small", { DOCUMENTS_DIR: documents });
  return {
    servers: { bare, docent },
    /** Docent with the README as its library. */
    startReader: () => start("readme", {}),
    /** Lets all held streams begin, and measures meanwhile; then ends all. */
    during: async <Result>(measure: () => Promise<Result>): Promise<Result> => {
      await (await fetch(`${model.url}/go`)).arrayBuffer();
      await sleep(700);
      const result = await measure();
      await (await fetch(`${model.url}/end`)).arrayBuffer();
      return result;
    },
    stop: async () => {
      await Promise.all([bare, docent, model].map((server) => server.stop()));
      await rm(folder, { recursive: true, force: true });
      await rm(documents, { recursive: true, force: true });
    },
  };
}

/** Whether a server does nothing: it has taken in its documents, and tidied up after that. */
async function isQuiet({ pid }: ChildServer): Promise<boolean> {
  const before = cpuTime(pid) ?? 0;
  await sleep(500);
  return (cpuTime(pid) ?? 0) - before < 20_000;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
