import { isUuid } from "../../lib/ids.ts";
import { invalidCursor, invalidField, notFound, Problem } from "../../http/problem.ts";
import { json, noContent } from "../../http/reply.ts";
import { defineRoute, type Route } from "../../http/route.ts";
import { newestPageQuery, readPage } from "./page.ts";
import { idParams } from "../sessions/schema.ts";
import type { Keys } from "./keys.ts";
import { createdKey, keyList } from "../../contract/key.ts";
import { keyBody } from "./schema.ts";
import type { KeyStore } from "./store.ts";

/** Routes of the caller's API keys. */
export function keyRoutes(keys: Keys, store: KeyStore): Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/api/auth/keys",
      summary: "Create an API key; it is shown this once",
      access: "user",
      body: keyBody,
      output: { 201: createdKey },
      problems: { 409: "You have 50 keys, the most allowed (too_many_keys)" },
      async handle({ body }, { caller }) {
        const { name, scopes, expires_at: expiresAt } = body;
        const created = await keys.create(caller.id, { name, scopes, expiresAt });
        switch (created.kind) {
          case "created":
            return json({ ...created.row, key: created.key }, 201);
          case "expired-already":
            throw invalidField("body.expires_at", "must be in the future");
          case "too-many": {
            const detail = `You have ${created.maximum} keys already. Delete one you do not use.`;
            throw new Problem(409, "too_many_keys", detail);
          }
        }
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/auth/keys",
      summary: "Your API keys, newest first, without their secrets",
      access: "user",
      query: newestPageQuery,
      output: { 200: keyList },
      async handle({ query }, { caller }) {
        const page = await readPage(query, (span) => store.list(caller.id, span));
        if (!page) throw invalidCursor();
        return json({ keys: page.rows, next_cursor: page.next_cursor });
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/auth/keys/:id",
      summary: "Delete an API key; it stops working at once",
      access: "user",
      params: idParams,
      output: { 204: undefined },
      problems: { 404: "You have no such key" },
      async handle({ params }, { caller }) {
        const isRemoved = isUuid(params.id) && (await store.remove(caller.id, params.id));
        if (!isRemoved) throw notFound("key");
        return noContent();
      },
    }),
  ];
}
