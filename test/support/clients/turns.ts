import { createCircuit } from "../../../adapters/circuit.ts";
import { bringUpToDate } from "../../../adapters/databases/bring-up-to-date.ts";
import { createPostgresDatabase } from "../../../adapters/databases/postgres/database.ts";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import { collectEvents } from "./events.ts";
import { startPostgres } from "../servers/postgres-server.ts";
import { createRecordingLogger, createTestApp, type TestApp } from "../apps/test-app.ts";
import { toSourceDocument } from "../apps/parse.ts";
import { systemClock } from "../../../handlers/lib/time.ts";

export interface TurnsOptions {
  readonly turns: number;
  readonly restarts: number;
  /** Milliseconds for which the circuit stays open. */
  readonly openMilliseconds: number;
}

export interface TurnsResult {
  /** Turns that ended with `done`, or were answered with 200 and JSON. */
  readonly acknowledged: number;
  /** Acknowledged turns whose answer is missing from the database, or differs there. */
  readonly lost: number;
  /** Turns that were refused with a retryable problem, or ended with an `error` event. */
  readonly refused: number;
  /** Any other answers. */
  readonly unclear: readonly string[];
  /** Rejections that nobody handled. */
  readonly crashes: readonly unknown[];
  readonly seconds: number;
}

interface Acknowledged {
  readonly conversationId: string;
  readonly content: string;
  readonly token: string;
}

const atOnce = 8;

/** Runs chat turns while PostgreSQL is restarted again and again, either gently or as after a power cut. */
export async function runTurns(options: TurnsOptions): Promise<TurnsResult> {
  const { turns, restarts, openMilliseconds } = options;
  const crashes: unknown[] = [];
  const onRejection = (error: unknown) => crashes.push(error);
  process.on("unhandledRejection", onRejection);
  const server = await startPostgres();
  const docent = await startDocent(server.url, openMilliseconds);
  const startedAt = performance.now();
  const acknowledged: Acknowledged[] = [];
  const unclear: string[] = [];
  let refused = 0;
  let begun = 0;
  let restarted = 0;
  let restarting: Promise<void> | undefined;

  const turn = async () => {
    const outcome = await ask(docent, `Do boats float? Turn ${begun}.`);
    if (outcome === "refused") refused += 1;
    else if (typeof outcome === "string") unclear.push(outcome);
    else acknowledged.push(outcome);
  };
  const worker = async () => {
    while (begun < turns) {
      begun += 1;
      if (restarted < restarts && begun >= ((restarted + 1) * turns) / (restarts + 1)) {
        const signal = restarted % 2 === 0 ? "SIGQUIT" : "SIGINT";
        restarted += 1;
        restarting = server.restart(signal).finally(() => (restarting = undefined));
      }
      await turn();
      // Waits while all turns are refused, so that every restart meets running turns.
      if (docent.ports.database.state() !== "ready") await untilReady(docent);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  await restarting;
  await untilReady(docent);
  const seconds = (performance.now() - startedAt) / 1000;
  const kept = await Promise.all(acknowledged.map((answer) => isKept(docent, answer)));
  await docent.close();
  await server.stop();
  process.off("unhandledRejection", onRejection);
  const lost = kept.filter((isThere) => !isThere).length;
  return { acknowledged: acknowledged.length, lost, refused, unclear, crashes, seconds };
}

async function startDocent(url: string, openMilliseconds: number): Promise<TestApp> {
  const { logger } = createRecordingLogger();
  const clock = systemClock;
  const circuit = createCircuit({ name: "database", failures: 5, openMilliseconds, clock });
  const open = async () => {
    const database = createPostgresDatabase({ url });
    await bringUpToDate(database, logger);
    return database;
  };
  const database = superviseDatabase(open, logger, { circuit });
  const docent = await createTestApp({ CHAT_RATE_LIMIT: "100000/60s" }, { database });
  const content = "# Boats\n\nBoats float on water because they push water aside.";
  const entry = toSourceDocument({ path: "boats.md", content, mediaType: "text/markdown" });
  async function* entries() {
    yield entry;
  }
  await docent.app.ingest("test", entries(), { missing: "keep", urlBase: null });
  return docent;
}

async function ask(docent: TestApp, message: string): Promise<Acknowledged | string> {
  const response = await docent.post("/api/chat", { message });
  if (response.status !== 200) {
    const { code } = await response.json();
    const isClear = response.status === 503 && response.headers.has("retry-after");
    return isClear ? "refused" : `${response.status} ${code}`;
  }
  const events = await collectEvents(response);
  const { conversation_id: conversationId, access_token: token } = events[0]?.data ?? {};
  const last = events.at(-1)?.data ?? {};
  if (last["type"] === "error" && last["retryable"] === true) return "refused";
  if (last["type"] !== "done") return JSON.stringify(last);
  return {
    conversationId: String(conversationId),
    content: String(last["content"]),
    token: String(token),
  };
}

async function isKept(docent: TestApp, answer: Acknowledged): Promise<boolean> {
  const headers = { authorization: `Bearer ${answer.token}` };
  const read = () => docent.fetch(`/api/conversations/${answer.conversationId}`, { headers });
  let response = await read();
  // A reader too may meet a connection that the last restart broke.
  for (let attempt = 1; response.status === 503 && attempt < 10; attempt += 1) {
    await untilReady(docent);
    response = await read();
  }
  const { messages = [] } = await response.json();
  const last = messages.at(-1);
  return last?.status === "complete" && last.content === answer.content;
}

async function untilReady(docent: TestApp): Promise<void> {
  while (docent.ports.database.state() !== "ready")
    await new Promise((resolve) => setTimeout(resolve, 50));
}
