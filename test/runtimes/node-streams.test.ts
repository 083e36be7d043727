import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build } from "esbuild";
import { forNode } from "../../.tools/bundle-options.ts";
import { createMemoryLogger } from "../support/apps/logger.ts";
import { migratedDirectory } from "../support/apps/test-database.ts";
import { collectEvents, readEvents, textOf } from "../support/clients/events.ts";
import {
  cleanUp,
  makeDirectory,
  postJson,
  startServer,
  type ServerOptions,
  type ServerProcess,
} from "../support/servers/server-process.ts";

let program: string;
beforeAll(async () => {
  program = join(await makeDirectory(), "paced-server.mjs");
  const source = new URL("../support/stand-ins/paced-server.ts", import.meta.url);
  const entryPoints = [fileURLToPath(source)];
  await build({ ...forNode, entryPoints, outfile: program, sourcemap: false });
  // The program copies it.
  await migratedDirectory(createMemoryLogger());
});
afterAll(cleanUp);

function startPaced(options: ServerOptions = {}): Promise<ServerProcess> {
  return startServer({ ...options, program });
}

/** Asks for so many words and waits for the first one. */
async function ask(server: ServerProcess, words: string) {
  const response = await postJson(`${server.url}/api/chat`, { message: words });
  const events = readEvents(response);
  const metadata = (await events.next()).value?.data ?? {};
  await events.next();
  return { events, metadata };
}

async function readRest(events: AsyncGenerator<{ data: Readonly<Record<string, unknown>> }>) {
  let last: Readonly<Record<string, unknown>> = {};
  for await (const { data } of events) last = data;
  return last;
}

/** An error, but for those of the requests that waited for the start. */
const trouble = / error (?!request method=GET route=\/ready )/;
const done = { type: "done", finish_reason: "stop" };

describe("a server told to stop in the middle of a stream", () => {
  test("takes the two signals of one Ctrl-C under npm for one", async () => {
    const server = await startPaced();
    const { events } = await ask(server, "20 50");
    process.kill(server.pid, "SIGINT");
    const [last, code] = await Promise.all([readRest(events), server.end("SIGINT")]);
    expect(last).toMatchObject(done);
    expect(code).toBe(0);
  });

  test("stops at once when told again, by whichever signal", async () => {
    const server = await startPaced();
    const { events } = await ask(server, "400 50");
    process.kill(server.pid, "SIGTERM");
    await expect.poll(() => server.log()).toContain("stopping");
    // Two signals within a second are one wish.
    await sleep(1500);
    expect(await server.end("SIGINT")).toBe(1);
    await events.return(undefined).catch(() => undefined);
  });

  test("exits 0 although its database is still opening", async () => {
    const server = await startPaced({ until: "listening" });
    expect(await server.end("SIGTERM")).toBe(0);
  });
});

/** A signal in the middle of a stream. */
async function expectGentleEnd(server: ServerProcess, signal: "SIGTERM" | "SIGHUP") {
  const { events } = await ask(server, "20 50");
  const [last, code] = await Promise.all([readRest(events), server.end(signal)]);
  expect(last).toMatchObject(done);
  expect(code).toBe(0);
  expect(server.log()).not.toMatch(trouble);
}

test("what was said before a kill -9 in the middle of an answer is there afterwards; SIGHUP lets an answer finish", async () => {
  const dataDirectory = await makeDirectory();
  const first = await startPaced({ dataDirectory });
  const { events, metadata } = await ask(first, "400 50");
  const path = `/api/conversations/${String(metadata["conversation_id"])}`;
  const headers = { authorization: `Bearer ${String(metadata["access_token"])}` };
  const read = async (server: ServerProcess) => {
    const conversation = await (await fetch(server.url + path, { headers })).json();
    return String(conversation.messages[1].content);
  };
  await expect.poll(() => read(first)).toMatch(/^word1 word2 word3 /);
  expect(await first.end("SIGKILL")).toBe("SIGKILL");
  await events.return(undefined).catch(() => undefined);

  const second = await startPaced({ dataDirectory });
  expect(await read(second)).toMatch(/^word1 word2 word3 /);
  await expectGentleEnd(second, "SIGHUP");
});

describe("a server with many clients", () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startPaced();
  });

  test("answers one of the questions asked at the same moment in one conversation", async () => {
    const { events, metadata } = await ask(server, "2 10");
    await readRest(events);
    const headers = { authorization: `Bearer ${String(metadata["access_token"])}` };
    const body = { message: "5 20", conversation_id: metadata["conversation_id"] };
    const asked = await Promise.all(
      Array.from({ length: 6 }, () => postJson(`${server.url}/api/chat`, body, headers)),
    );
    expect(asked.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(asked.filter(({ status }) => status === 409)).toHaveLength(5);
  });

  test("is not disturbed by readers that leave or do not read", async () => {
    const leaving = await ask(server, "40 20");
    await leaving.events.return(undefined);
    const stalled = await postJson(`${server.url}/api/chat`, { message: "20000 0" });
    const events = await collectEvents(
      await postJson(`${server.url}/api/chat`, { message: "10 20" }),
    );
    expect(textOf(events)).toMatch(/word10 $/);
    await stalled.body?.cancel();
    expect(server.log()).not.toMatch(trouble);
  });

  test("lets an answer finish on SIGTERM, and exits 0", () => expectGentleEnd(server, "SIGTERM"));
});
