import type {
  ConversationPage,
  ConversationSummary,
  ExportFormat,
} from "../../../contract/conversation.ts";
import { jsonRequest, type SendRequest } from "../lib/request.ts";

export interface ConversationsApi {
  /** Newest first. */
  list(cursor?: string): Promise<ConversationPage>;
  rename(id: string, title: string): Promise<ConversationSummary>;
  remove(id: string): Promise<void>;
  export(id: string, format: ExportFormat): Promise<Blob>;
}

/** Calls the conversation routes; every call throws RequestFailure. */
export function createConversationsApi(request: SendRequest): ConversationsApi {
  return {
    async list(cursor) {
      const query = cursor ? `?${new URLSearchParams({ cursor })}` : "";
      return (await (await request(`/api/conversations${query}`)).json()) as ConversationPage;
    },
    async rename(id, title) {
      const response = await request(at(id), () => jsonRequest("PATCH", { title }));
      return (await response.json()) as ConversationSummary;
    },
    async remove(id) {
      await request(at(id), () => ({ method: "DELETE" }));
    },
    async export(id, format) {
      return (await request(`${at(id)}/export?format=${format}`)).blob();
    },
  };
}

function at(id: string): string {
  return `/api/conversations/${encodeURIComponent(id)}`;
}
