import {
  conversation,
  conversationList,
  conversationSummary,
} from "../../contract/conversation.ts";
import { attachment } from "../../http/attachment.ts";
import type { Identity } from "../../http/access/identity.ts";
import { invalidCursor, notFound } from "../../http/problem.ts";
import { json, noContent } from "../../http/reply.ts";
import { defineRoute, type Route } from "../../http/route.ts";
import type { Runs } from "../turns/runs.ts";
import { conversationParams } from "../schema.ts";
import { exportConversation } from "./export.ts";
import { listConversations } from "./list.ts";
import { removeConversation } from "./remove.ts";
import { conversationPatch, conversationQuery, exportQuery } from "./schema.ts";
import type { ConversationStore } from "./store.ts";

export interface ConversationRouteOptions {
  readonly store: ConversationStore;
  readonly runs: Runs;
}

const oneConversation = {
  path: "/api/conversations/:id",
  access: "guest",
  scope: "chat",
  params: conversationParams,
} as const;

/** Routes of the caller's own conversations, guests included. @throws Problem */
export function conversationRoutes({ store, runs }: ConversationRouteOptions): Route[] {
  async function read(id: string, caller: Identity) {
    const found = await store.read(ownerId(caller), id);
    if (!found) throw notFound("conversation");
    return found;
  }

  return [
    defineRoute({
      method: "GET",
      path: "/api/conversations",
      summary: "Your conversations, a page at a time, the one last spoken in first",
      access: "guest",
      scope: "chat",
      query: conversationQuery,
      output: { 200: conversationList },
      async handle({ query: { q, limit, cursor } }, { caller }) {
        const owner = "id" in caller ? caller.id : undefined;
        const page = await listConversations(store, owner, { q, limit, cursor });
        if (page === "invalid-cursor") throw invalidCursor();
        return json(page);
      },
    }),
    ...[oneConversation.path, "/api/conversation/:id"].map((path) =>
      defineRoute({
        ...oneConversation,
        method: "GET",
        path,
        summary: "Read a conversation with its messages",
        output: { 200: conversation },
        handle: async ({ params }, { caller }) => json(await read(params.id, caller)),
      }),
    ),
    defineRoute({
      ...oneConversation,
      method: "PATCH",
      summary: "Rename a conversation",
      body: conversationPatch,
      output: { 200: conversationSummary },
      async handle({ params, body }, { caller }) {
        const renamed = await store.rename(ownerId(caller), params.id, body.title);
        if (!renamed) throw notFound("conversation");
        return json(renamed);
      },
    }),
    defineRoute({
      ...oneConversation,
      method: "DELETE",
      summary: "Delete a conversation; an answer in the making is stopped",
      output: { 204: undefined },
      async handle({ params }, { caller }) {
        const isRemoved = await removeConversation({ store, runs }, ownerId(caller), params.id);
        if (!isRemoved) throw notFound("conversation");
        return noContent();
      },
    }),
    defineRoute({
      ...oneConversation,
      method: "GET",
      path: "/api/conversations/:id/export",
      summary: "Download a conversation as JSON, Markdown or plain text, with its sources",
      query: exportQuery,
      output: { 200: conversation },
      mediaTypes: ["text/markdown", "text/plain"],
      async handle({ params, query }, { caller }) {
        const found = await read(params.id, caller);
        const { body, mediaType, extension } = exportConversation(found, query.format);
        const headers = {
          "content-type": mediaType,
          "content-disposition": attachment(found.title, extension),
        };
        return { status: 200, headers, body };
      },
    }),
  ];
}

/**
 * The caller's id. A caller without a token owns no conversation and gets the same 404 as for an unknown one.
 *
 * @throws Problem 404
 */
function ownerId(caller: Identity): string {
  if ("id" in caller) return caller.id;
  throw notFound("conversation");
}
