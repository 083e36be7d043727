import { isUuid } from "../../lib/ids.ts";
import { replyIfAdmitted } from "../../http/access/admission.ts";
import { invalidCursor, notFound, Problem } from "../../http/problem.ts";
import { json, noContent } from "../../http/reply.ts";
import { defineRoute, type Route } from "../../http/route.ts";
import { newestPageQuery, readPage } from "../keys/page.ts";
import { refusedPassword } from "../sessions/routes.ts";
import { sessionList } from "../../contract/session.ts";
import { ownUser, user } from "../../contract/user.ts";
import { idParams } from "../sessions/schema.ts";
import type { Accounts } from "./accounts.ts";
import { changeBody, removeBody } from "./schema.ts";
import type { AccountStore } from "./store.ts";

/** Routes of the caller's own account and sessions. */
export function accountRoutes(accounts: Accounts, store: AccountStore): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/api/auth/me",
      summary: "Your account, or the guest you are",
      access: "token",
      sessionCheck: "by-statement",
      output: { 200: ownUser },
      handle: async (_, { admission }) => replyIfAdmitted(await accounts.read(admission), json),
    }),
    defineRoute({
      method: "PATCH",
      path: "/api/auth/me",
      summary: "Change your name or password; a new password signs out your other devices",
      access: "user",
      sessionCheck: "by-statement",
      limit: "password",
      body: changeBody,
      output: { 200: user },
      problems: {
        403: "the current password is wrong (wrong_password)",
        409: "The account has no password: it signs in with Hugging Face (no_password)",
      },
      async handle({ body }, { admission }) {
        const { name, password: next, current_password: current = "" } = body;
        const password = next === undefined ? undefined : { current, next };
        const change = await accounts.change(admission, { name, password });
        return replyIfAdmitted(change, (changed) => {
          switch (changed.kind) {
            case "changed":
              return json(changed.user);
            case "refused-password":
              throw refusedPassword(changed.reason);
            case "no-password":
              throw new Problem(409, "no_password", "This account signs in without a password.");
            case "wrong-password":
              throw wrongPassword();
          }
        });
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/auth/me",
      summary: "Delete your account and all its data; an account without a password needs none",
      access: "user",
      sessionCheck: "by-statement",
      limit: "password",
      body: removeBody,
      emptyBody: "accepted",
      output: { 204: undefined },
      problems: { 403: "the password is wrong (wrong_password)" },
      handle: async ({ body }, { admission }) =>
        replyIfAdmitted(await accounts.remove(admission, body.password), ({ kind }) => {
          if (kind === "wrong-password") throw wrongPassword();
          return noContent();
        }),
    }),
    defineRoute({
      method: "GET",
      path: "/api/auth/sessions",
      summary: "Where you are signed in, newest first",
      access: "user",
      query: newestPageQuery,
      output: { 200: sessionList },
      async handle({ query }, { caller: { id, credential } }) {
        const page = await readPage(query, (span) => store.listSessions(id, span));
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
      async handle({ params }, { caller }) {
        const isRemoved = isUuid(params.id) && (await store.removeSession(caller.id, params.id));
        if (!isRemoved) throw notFound("session");
        return noContent();
      },
    }),
  ];
}

function wrongPassword(): Problem {
  return new Problem(403, "wrong_password", "Wrong password.");
}
