import type { Random } from "../hostile/random.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { collectEvents } from "../clients/events.ts";
import { postJson } from "../servers/server-process.ts";

/** What a server has acknowledged, and when. `deleting` was asked for, and may have happened or not. */
interface Effect {
  readonly at: number;
  readonly kind: "created" | "completed" | "deleting" | "deleted" | "answered";
  readonly id: string;
  /** Of an answer. */
  readonly content?: string;
}

export interface Load {
  /** Acknowledged changes so far. */
  count(): number;
  /** By status and code. */
  readonly refusals: Map<string, number>;
  /** Sends requests to the server at this URL, until the signal aborts. */
  work(url: string, signal: AbortSignal): Promise<void>;
  /**
   * What is missing, of all that was acknowledged until then, or is half there. Later changes are forgotten.
   *
   * @param contents whose to read: of all conversations, or of those that no call has read before
   */
  inspect(
    url: string,
    until: number,
    contents: "of-all" | "of-new",
  ): Promise<{ lost: string[]; halves: string[] }>;
}

export interface LoadOptions {
  readonly random: Random;
  /** The longest pause between two requests of each of the three workers, milliseconds; 0: none. */
  readonly pauseMilliseconds: number;
}

/** Tasks and chats of one account. @param token of that account */
export function createLoad(token: string, { random, pauseMilliseconds }: LoadOptions): Load {
  const inspected = new Set<string>();
  let index: string | undefined;
  let effects: Effect[] = [];
  let count = 0;
  const refusals = new Map<string, number>();
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };

  const note = (effect: Omit<Effect, "at">) => {
    effects.push({ ...effect, at: Date.now() });
    if (effect.kind !== "deleting") count += 1;
  };

  const think = () => (pauseMilliseconds === 0 ? undefined : sleep(random(pauseMilliseconds)));

  async function refuse(response: Response): Promise<void> {
    const { code } = await response.json();
    const key = `${response.status} ${code}`;
    refusals.set(key, (refusals.get(key) ?? 0) + 1);
    await sleep(100);
  }

  async function changeTasks(url: string): Promise<void> {
    const send = (path: string, method: string, body?: object) =>
      fetch(`${url}/api/tasks${path}`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      });
    const created = await send("", "POST", { title: "Kill", description: "x".repeat(300) });
    if (created.status !== 201) return refuse(created);
    const { id } = await created.json();
    note({ kind: "created", id });
    await think();
    const completed = await send(`/${id}/complete`, "PATCH");
    if (completed.status !== 200) return refuse(completed);
    note({ kind: "completed", id });
    await think();
    if (random(10) < 7) return;
    note({ kind: "deleting", id });
    const deleted = await send(`/${id}`, "DELETE");
    if (deleted.status !== 204) return refuse(deleted);
    note({ kind: "deleted", id });
  }

  async function chat(url: string): Promise<void> {
    const question = { message: "How do I allow my front end's origin?" };
    const response = await postJson(`${url}/api/chat`, question, headers);
    if (response.status !== 200) return refuse(response);
    const events = await collectEvents(response);
    const end = events.at(-1)?.data;
    if (end?.["type"] === "error") {
      const key = `200 ${String(end["code"])}`;
      refusals.set(key, (refusals.get(key) ?? 0) + 1);
    }
    if (end?.["type"] !== "done") return;
    if (Array.isArray(end["degraded"]) && end["degraded"].includes("documents")) return;
    const id = String(events[0]?.data["conversation_id"]);
    note({ kind: "answered", id, content: String(end["content"]) });
  }

  async function readAll(url: string, path: string, name: string) {
    const rows = new Map<string, { completed?: boolean }>();
    let cursor = "";
    do {
      const response = await fetch(`${url}${path}?limit=100${cursor}`, { headers });
      const page = await response.json();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${page.code}`);
      for (const row of page[name]) rows.set(row.id, row);
      cursor = page.next_cursor === null ? "" : `&cursor=${page.next_cursor}`;
    } while (cursor !== "");
    return rows;
  }

  return {
    count: () => count,
    refusals,
    async work(url, signal) {
      const repeat = async (change: (to: string) => Promise<void>) => {
        while (!signal.aborted) {
          try {
            await change(url);
            await think();
          } catch {
            // The server is gone: what was asked may have happened or not.
            return;
          }
        }
      };
      await Promise.all([repeat(chat), repeat(changeTasks), repeat(changeTasks)]);
    },
    async inspect(url, until, contents) {
      const lost: string[] = [];
      const halves: string[] = [];
      const kept = effects.filter(({ at, kind }) => at <= until || kind === "deleting");
      const deleting = new Set(kept.flatMap(({ kind, id }) => (kind === "deleting" ? [id] : [])));
      effects = kept;
      const tasks = await readAll(url, "/api/tasks", "tasks");
      for (const { kind, id } of kept) {
        const task = tasks.get(id);
        if (kind === "deleted" && task) lost.push(`deletion ${id}`);
        if (deleting.has(id)) continue;
        if (kind === "created" && !task) lost.push(`task ${id}`);
        if (kind === "completed" && task?.completed !== true) lost.push(`completion ${id}`);
      }
      const answers = new Map(
        kept.flatMap(({ kind, id, content }) => (kind === "answered" ? [[id, content]] : [])),
      );
      for (const id of (await readAll(url, "/api/conversations", "conversations")).keys()) {
        const content = answers.get(id);
        answers.delete(id);
        if (contents === "of-new" && inspected.has(id)) continue;
        inspected.add(id);
        const response = await fetch(`${url}/api/conversations/${id}`, { headers });
        const { messages } = await response.json();
        if (messages.length % 2 !== 0) halves.push(`conversation ${id}`);
        const answer = messages.at(-1);
        if (content !== undefined && (answer.status !== "complete" || answer.content !== content))
          lost.push(`answer ${id}`);
      }
      for (const id of answers.keys()) lost.push(`conversation ${id}`);
      const search = await fetch(`${url}/api/search?q=allowed+origins`, { headers });
      const found = (await search.json()).passages.map(({ id }: { id: string }) => id).join();
      index ??= found;
      if (found === "" || found !== index) lost.push("the search index");
      return { lost, halves };
    },
  };
}
