import type { ModelRequest } from "../../../handlers/ports/language-model.ts";
import { collectEvents, type ReadEvent } from "../clients/events.ts";
import { signIn } from "../clients/signed-in.ts";
import type { TestApp } from "./test-app.ts";

type Data = Readonly<Record<string, unknown>>;

/** A signed-in user in one conversation with the assistant. */
export async function createChatter(docent: TestApp) {
  const { headers, userId } = await signIn(docent);
  let conversationId: string | undefined;

  async function send(body: object) {
    const request = { ...(conversationId && { conversation_id: conversationId }), ...body };
    const response = await docent.post("/api/chat", request, headers);
    if (!response.ok) return { status: response.status, code: (await response.json()).code };
    const heard = await collectEvents(response);
    conversationId = String(heard[0]?.data["conversation_id"]);
    return { status: 200, ...sort(heard) };
  }

  return {
    userId,
    headers,
    conversation: () => conversationId,
    send,
    async ask(message: string) {
      const answer = await send({ message });
      if (!("text" in answer)) throw new Error(`refused: ${answer.status} ${answer.code}`);
      return answer;
    },
    confirm: (id: unknown, approve = true) => send({ confirm: { id, approve } }),
    async addTask(title: string): Promise<string> {
      const response = await docent.post("/api/tasks", { title }, headers);
      return (await response.json()).id;
    },
    /** Titles, each with `✓` when completed, newest first. */
    async tasks(): Promise<string[]> {
      const response = await docent.fetch("/api/tasks", { headers });
      const { tasks } = await response.json();
      return tasks.map(({ title, completed }: { title: string; completed: boolean }) =>
        completed ? `${title} ✓` : title,
      );
    },
    async messages(): Promise<Data[]> {
      const response = await docent.fetch(`/api/conversations/${conversationId}`, { headers });
      return (await response.json()).messages;
    },
  };
}

function sort(events: readonly ReadEvent[]) {
  const of = (type: string): Data[] =>
    events.map(({ data }) => data).filter((data) => data["type"] === type);
  const done = events.at(-1)?.data ?? {};
  return {
    events: events.map(({ data }) => data),
    done,
    text: String(done["content"]),
    calls: of("tool_call"),
    results: of("tool_result"),
    confirmations: of("confirmation"),
  };
}

/** The results of its calls, as a model received them. */
export function toldResults(request: ModelRequest | undefined): Data[] {
  return (request?.messages ?? []).flatMap((message) =>
    message.role === "tool" ? [JSON.parse(message.content)] : [],
  );
}
