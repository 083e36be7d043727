import { setTimeout as sleep } from "node:timers/promises";
import { makeDirectory, postJson, startServer } from "../servers/server-process.ts";
import { collectEvents } from "./events.ts";

export interface KillsOptions {
  readonly kills: number;
  /** The longest time, in milliseconds, that a server works on after its first writes, before it is killed. */
  readonly workMilliseconds: number;
  /** The longest pause between two requests of each of four workers, milliseconds; none unless given. */
  readonly pauseMilliseconds?: number;
}

export interface KillsResult {
  /** Writes that were answered with 2xx, and answers that ended with `done`. */
  readonly acknowledged: number;
  /** What of these is missing afterwards, or differs. */
  readonly lost: readonly string[];
  /** What is there in part: a question without its answer's row. */
  readonly halves: readonly string[];
  /** Answers that are neither success nor an outage. */
  readonly unclear: readonly string[];
  /** Milliseconds from each start to the first request answered from the database. */
  readonly starts: readonly number[];
}

interface Effects {
  /** By id: whether the task is completed. */
  readonly tasks: Map<string, boolean>;
  readonly deleted: Set<string>;
  /** By conversation: its answers. */
  readonly answers: Map<string, string[]>;
  readonly unclear: string[];
  count: number;
}

const limits = {
  CHAT_RATE_LIMIT: "999999/60s",
  READ_RATE_LIMIT: "999999/60s",
  ACCESS_TOKEN_MINUTES: "600",
};
const atOnce = 4;

/** Kills the built server with SIGKILL at random moments under load, on one data directory, and looks what is left. */
export async function runKills(options: KillsOptions): Promise<KillsResult> {
  const { kills, workMilliseconds, pauseMilliseconds = 0 } = options;
  const dataDirectory = await makeDirectory();
  const effects: Effects = {
    tasks: new Map(),
    deleted: new Set(),
    answers: new Map(),
    unclear: [],
    count: 0,
  };
  const starts: number[] = [];
  const start = async () => {
    const began = performance.now();
    const server = await startServer({ dataDirectory, environment: limits });
    starts.push(performance.now() - began);
    return server;
  };
  let token = "";
  for (let kill = 0; kill < kills; kill += 1) {
    const server = await start();
    token ||= await register(server.url);
    const stopped = new AbortController();
    const workers = Array.from({ length: atOnce }, (_, index) =>
      work({
        url: server.url,
        token,
        effects,
        isChatting: index === 0,
        pauseMilliseconds,
        signal: stopped.signal,
      }),
    );
    await waitForWrites(effects);
    await sleep(Math.random() * workMilliseconds);
    await server.end("SIGKILL");
    stopped.abort();
    await Promise.all(workers);
  }
  const last = await start();
  const found = await inspect(last.url, token, effects);
  await last.end("SIGTERM");
  return { acknowledged: effects.count, ...found, unclear: effects.unclear, starts };
}

/** Waits for seven more acknowledgements, for at most a minute: a slow machine must not kill an idle server. */
async function waitForWrites(effects: Effects): Promise<void> {
  const goal = effects.count + 7;
  for (let wait = 0; wait < 6000 && effects.count < goal; wait += 1) await sleep(10);
}

async function register(url: string): Promise<string> {
  const account = { email: "ada@example.org", password: "a long enough password" };
  const response = await postJson(`${url}/api/auth/register`, account);
  return (await response.json()).access_token;
}

interface Worker {
  readonly url: string;
  readonly token: string;
  readonly effects: Effects;
  readonly isChatting: boolean;
  readonly pauseMilliseconds: number;
  readonly signal: AbortSignal;
}

/** Writes until the server is gone. */
async function work(worker: Worker): Promise<void> {
  while (!worker.signal.aborted) {
    try {
      await (worker.isChatting ? chat(worker) : changeTasks(worker));
      await sleep(Math.random() * worker.pauseMilliseconds);
    } catch {
      // The server is gone: what was asked may have happened or not.
      return;
    }
  }
}

async function changeTasks({ url, token, effects }: Worker): Promise<void> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const send = (path: string, method: string, body?: object) =>
    fetch(`${url}/api/tasks${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
  const created = await send("", "POST", { title: "Kill", description: "x".repeat(500) });
  const { id, code } = await created.json();
  if (created.status !== 201) return void effects.unclear.push(`${created.status} ${code}`);
  effects.count += 1;
  effects.tasks.set(id, false);
  if ((await send(`/${id}/complete`, "PATCH")).status !== 200) return;
  effects.count += 1;
  effects.tasks.set(id, true);
  if (Math.random() < 0.7) return;
  // Unknown from here on until the answer.
  effects.tasks.delete(id);
  if ((await send(`/${id}`, "DELETE")).status !== 204) return;
  effects.count += 1;
  effects.deleted.add(id);
}

async function chat({ url, token, effects }: Worker): Promise<void> {
  const question = { message: "How do I allow my front end's origin?" };
  const headers = { authorization: `Bearer ${token}` };
  const response = await postJson(`${url}/api/chat`, question, headers);
  if (response.status !== 200) return void effects.unclear.push(`chat ${response.status}`);
  const events = await collectEvents(response);
  const { conversation_id: id } = events[0]?.data ?? {};
  const end = events.at(-1)?.data;
  if (end?.["type"] !== "done") return;
  // While the README is still being read, an answer that only says so is not kept.
  if (Array.isArray(end["degraded"]) && end["degraded"].includes("documents")) return;
  effects.count += 1;
  effects.answers.set(String(id), [String(end["content"])]);
}

async function inspect(url: string, token: string, effects: Effects) {
  const lost: string[] = [];
  const halves: string[] = [];
  const headers = { authorization: `Bearer ${token}` };
  const readAll = async (path: string, name: string) => {
    const rows = new Map<string, { completed?: boolean }>();
    let cursor = "";
    do {
      const response = await fetch(`${url}${path}?limit=100${cursor}`, { headers });
      const page = await response.json();
      for (const row of page[name]) rows.set(row.id, row);
      cursor = page.next_cursor === null ? "" : `&cursor=${page.next_cursor}`;
    } while (cursor !== "");
    return rows;
  };
  const tasks = await readAll("/api/tasks", "tasks");
  for (const [id, completed] of effects.tasks) {
    const task = tasks.get(id);
    if (!task || (completed && task.completed !== true)) lost.push(`task ${id}`);
  }
  for (const id of effects.deleted) if (tasks.has(id)) lost.push(`deletion ${id}`);
  for (const id of (await readAll("/api/conversations", "conversations")).keys()) {
    const response = await fetch(`${url}/api/conversations/${id}`, { headers });
    const { messages } = await response.json();
    if (messages.length % 2 !== 0) halves.push(`conversation ${id}`);
    const [content] = effects.answers.get(id) ?? [];
    if (content === undefined) continue;
    effects.answers.delete(id);
    const answer = messages.at(-1);
    if (answer.status !== "complete" || answer.content !== content) lost.push(`answer ${id}`);
  }
  for (const id of effects.answers.keys()) lost.push(`conversation ${id}`);
  const search = await fetch(`${url}/api/search?q=allowed+origins`, { headers });
  const { passages } = await search.json();
  if (passages.length === 0) lost.push("the search index");
  return { lost, halves };
}
