import { jsonRequest, type SendRequest } from "./request.ts";
import type { StoredConversation, Vote } from "../../../contract/conversation.ts";

/** A message: a question, or a decision on a confirmation. */
export type Message =
  | {
      readonly kind: "question";
      readonly text: string;
      /** Id of the answer to replace. */
      readonly replaces?: string | undefined;
    }
  | { readonly kind: "confirm"; readonly id: string; readonly approve: boolean };

export interface Api {
  /** Posts a message. Throws RequestFailure; an AbortError when `signal` aborts. */
  ask(message: Message, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** The rest of a running answer after event `lastEventId`; undefined when none is running. */
  resume(
    conversation: string,
    lastEventId: string,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Stops the running answer; its text so far is kept. */
  stop(conversation: string): Promise<void>;
  /** Stores the reader's vote on an answer; null takes it back. */
  readonly vote: (messageId: string, vote: Vote | null, note?: string) => Promise<void>;
  readConversation(id: string): Promise<StoredConversation>;
  /** Suggested first questions; empty if the request fails. */
  suggestions(): Promise<string[]>;
}

/** Calls the chat routes. `conversation` returns the open conversation's id for each message. */
export function createApi(request: SendRequest, conversation: () => string | undefined): Api {
  return {
    async ask(message, signal) {
      const response = await request("/api/chat", () => {
        const open = conversation();
        const body =
          message.kind === "question"
            ? { message: message.text, ...(message.replaces && { replaces: message.replaces }) }
            : { confirm: { id: message.id, approve: message.approve } };
        return {
          ...jsonRequest("POST", { ...body, ...(open && { conversation_id: open }) }),
          signal,
        };
      });
      return bodyOf(response);
    },
    async resume(id, lastEventId, signal) {
      const headers = lastEventId ? { "last-event-id": lastEventId } : undefined;
      const path = `/api/chat/${encodeURIComponent(id)}/stream`;
      const response = await request(path, () => ({ signal, ...(headers && { headers }) }));
      return response.status === 204 ? undefined : bodyOf(response);
    },
    async stop(id) {
      await request(`/api/chat/${encodeURIComponent(id)}/stop`, () => jsonRequest("POST", {}));
    },
    async vote(id, vote, note) {
      const path = `/api/chat/${encodeURIComponent(id)}/feedback`;
      await request(path, () => jsonRequest("POST", { vote, ...(note && { note }) }));
    },
    async readConversation(id) {
      const response = await request(`/api/conversations/${encodeURIComponent(id)}`);
      return (await response.json()) as StoredConversation;
    },
    async suggestions() {
      const response = await request("/api/suggestions");
      const { suggestions } = (await response.json()) as { suggestions?: unknown };
      if (!Array.isArray(suggestions)) return [];
      return suggestions.filter((each): each is string => typeof each === "string" && each !== "");
    },
  };
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
  return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
}
