import { isUuid } from "../../lib/ids.ts";
import type { Context } from "../../http/context.ts";
import { invalidCursor, invalidToken, notFound, Problem } from "../../http/problem.ts";
import { json, noContent } from "../../http/reply.ts";
import { defineRoute, type Route } from "../../http/route.ts";
import type { Holder } from "../tokens/holder.ts";
import { pageQuery, readPage } from "../keys/page.ts";
import { refusedPassword } from "../sessions/routes.ts";
import { idParams, ownUser, user } from "../sessions/schema.ts";
import type { Accounts } from "./accounts.ts";
import { changeBody, removeBody, sessionList } from "./schema.ts";
import type { AccountStore } from "./store.ts";

/** One's own account and where it is signed in. */
export function accountRoutes(accounts: Accounts, store: AccountStore): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/api/auth/me",
      summary: "Who you are",
      access: "holder",
      sessionCheck: "signed",
      output: { 200: ownUser },
      async handle(_, context) {
        const found = await accounts.read(holderOf(context));
        if (!found) throw invalidToken();
        return json(found);
      },
    }),
    defineRoute({
      method: "PATCH",
      path: "/api/auth/me",
      summary: "Change your name or password; a new password signs out your other devices",
      access: "user",
      sessionCheck: "signed",
      limit: "sign-in",
      body: changeBody,
      output: { 200: user },
      problems: {
        403: "the current password is wrong (wrong_password)",
        409: "The account has no password: it signs in with Hugging Face (no_password)",
      },
      async handle({ body }, context) {
        const { name, password: next, current_password: current = "" } = body;
        const password = next === undefined ? undefined : { current, next };
        const changed = await accounts.change(holderOf(context), { name, password });
        switch (changed.kind) {
          case "changed":
            return json(changed.user);
          case "refused-password":
            throw refusedPassword(changed.reason);
          case "no-password":
            throw new Problem(409, "no_password", "This account signs in without a password.");
          case "wrong-password":
            throw wrongPassword();
          case "signed-out":
            throw invalidToken();
        }
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/auth/me",
      summary:
        "Delete your account and everything that is yours; without a password where it has none",
      access: "user",
      sessionCheck: "signed",
      limit: "sign-in",
      body: removeBody,
      output: { 204: undefined },
      problems: { 403: "the password is wrong (wrong_password)" },
      async handle({ body }, context) {
        const removed = await accounts.remove(holderOf(context), body.password);
        switch (removed.kind) {
          case "removed":
            return noContent();
          case "wrong-password":
            throw wrongPassword();
          case "signed-out":
            throw invalidToken();
        }
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/auth/sessions",
      summary: "Where you are signed in, newest first",
      access: "user",
      query: pageQuery,
      output: { 200: sessionList },
      async handle({ query }, context) {
        const { userId, credential } = holderOf(context);
        const page = await readPage(query, (span) => store.listSessions(userId, span));
        if (!page) throw invalidCursor();
        const own = credential.kind === "session" ? credential.sessionId : undefined;
        const sessions = page.rows.map((row) => ({ ...row, current: row.id === own }));
        return json({ sessions, next_cursor: page.next_cursor });
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/auth/sessions/:id",
      summary: "Sign a device out",
      access: "user",
      params: idParams,
      output: { 204: undefined },
      problems: { 404: "You have no such session" },
      async handle({ params }, context) {
        const { userId } = holderOf(context);
        const isRemoved = isUuid(params.id) && (await store.removeSession(userId, params.id));
        if (!isRemoved) throw notFound("session");
        return noContent();
      },
    }),
  ];
}

/** The guard lets nobody else in. */
export function holderOf({ identity }: Context): Holder {
  if (identity.kind === "guest" || identity.kind === "user") return identity;
  throw invalidToken();
}

function wrongPassword(): Problem {
  return new Problem(403, "wrong_password", "The password is wrong.");
}
