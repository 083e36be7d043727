import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { residentMegabytes, startChild, type ChildServer } from "./child-server.ts";
import { printTable } from "./statistics.ts";
import { createSyntheticText } from "./synthetic-text.ts";

const streamReaders = 200;
const documentReaders = 60;
const adminKey = "the operator's key of a bench, of 32 bytes";
/**
 * Tokens of the answer, and milliseconds between two, so that each is an event: in all 5 MB, more than the system's
 * buffers for a connection hold.
 */
const question = "42000 1";
/** Longer than a client that reads nothing is waited for. */
const secondsHeld = 45;

/**
 * Memory that readers take who never read, beside readers who do: 200 of one streamed answer, and 60 of one document
 * of 10 MB; and whether the same readers take more when they come a second time.
 */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const model = await startChild(["test/bench/model-server.mjs"]);
  const rows: (string | number)[][] = [
    ["", "MB before", "at the peak", "KB each", "at the peak of a second time"],
  ];
  for (const [prepare, count, what] of [
    [resumedAnswer, streamReaders, "a streamed answer"],
    [largeDocument, documentReaders, "a document of 10 MB"],
  ] as const) {
    for (const reads of [true, false]) {
      const server = await startChild(["dist/server.js"], {
        DATA_DIR: join(folder, `${count} ${reads}`),
        OPENAI_BASE_URL: `${model.url}/v1`,
        OPENAI_MODEL: "bench",
        ANSWER_TOKENS_MAX: "1000000",
        ADMIN_API_KEY: adminKey,
      });
      while (!server.log().includes("documents ingested")) await sleep(20);
      const request = await prepare(server);
      const name = `${count} readers of ${what} that ${reads ? "read" : "never read"}`;
      rows.push([name, ...(await measure(server, count, reads, request))]);
      await server.stop();
    }
  }
  await model.stop();
  await rm(folder, { recursive: true, force: true });
  printTable(rows);
}

async function measure(server: ChildServer, count: number, reads: boolean, request: string) {
  const memory = () => residentMegabytes(server.pid) ?? Number.NaN;
  const peak = async () => {
    const sockets = Array.from({ length: count }, () => openReader(server, request, reads));
    let highest = 0;
    for (let tenth = 0; tenth < secondsHeld * 10; tenth += 1) {
      await sleep(100);
      highest = Math.max(highest, memory());
    }
    for (const socket of sockets) socket.destroy();
    return highest;
  };
  await sleep(2000);
  const before = memory();
  const first = await peak();
  return [before, first, Math.round(((first - before) * 1024) / count), await peak()];
}

function openReader({ url }: ChildServer, request: string, reads: boolean): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname, () => socket.write(request));
  // A server may cut readers off.
  socket.on("error", () => undefined);
  if (reads) socket.resume();
  else socket.pause();
  return socket;
}

/** Asks, reads the answer, and returns the request that reads all of it again. */
async function resumedAnswer({ url }: ChildServer): Promise<string> {
  const response = await fetch(`${url}/api/chat`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: question }),
  });
  const [, metadata = "{}"] = /^data: (.*metadata.*)$/m.exec(await response.text()) ?? [];
  const { conversation_id: id, message_id: message, access_token: token } = JSON.parse(metadata);
  return [
    `GET /api/chat/${id}/stream HTTP/1.1`,
    "Host: 127.0.0.1",
    `Authorization: Bearer ${token}`,
    `Last-Event-ID: ${message}/0`,
    "\r\n",
  ].join("\r\n");
}

/** Adds a document of 10 MB, and returns the request that reads as much of it as it can. */
async function largeDocument({ url }: ChildServer): Promise<string> {
  const text = createSyntheticText();
  let content = "";
  while (content.length < 9_900_000) content += `${text.passage()}\n\n`;
  const response = await fetch(`${url}/api/documents`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ path: "large.md", content }),
  });
  const { document } = (await response.json()) as { document: { id: string } };
  return `GET /api/documents/${document.id}?limit=200 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
}
