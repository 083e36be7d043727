// What must not compile: `npm run check:types` fails where one of these lines does.
import { expect, test } from "vitest";
import type { Admission, AdmittedReply } from "../../../handlers/http/access/admission.ts";
import { replyIfAdmitted } from "../../../handlers/http/access/admission.ts";
import { json, noContent } from "../../../handlers/http/reply.ts";
import { defineRoute } from "../../../handlers/http/route.ts";

const route = { method: "GET", path: "/x", summary: "x", output: { 204: undefined } } as const;
const limit = { name: "x", by: "caller", rate: { limit: 1, window: 1 } } as const;
declare const check: (admission: Admission) => ReturnType<Admission["check"]>;

const routes = () => [
  defineRoute({
    ...route,
    access: "user",
    sessionCheck: "by-statement",
    // @ts-expect-error -- the statement was to check the session, and nothing shows that it did
    handle: () => noContent(),
  }),
  defineRoute({
    ...route,
    access: "user",
    sessionCheck: "by-statement",
    // @ts-expect-error -- an asynchronous handler shows as little
    handle: async () => Promise.resolve(noContent()),
  }),
  defineRoute({
    ...route,
    access: "guest",
    limit: "by-statement",
    // @ts-expect-error -- the statement was to count, and nothing shows that it did
    handle: async (_, { admit }) => json((await admit([limit])).userId),
  }),
  defineRoute({
    ...route,
    access: "user",
    sessionCheck: "by-statement",
    // @ts-expect-error -- a reply is no proof of a check only because it looks like one
    handle: async (): Promise<AdmittedReply> => ({ ...noContent() }),
  }),
  defineRoute({
    ...route,
    access: "user",
    sessionCheck: "by-statement",
    handle: async (_, { admission }) =>
      // @ts-expect-error -- nor is an outcome that no statement brought about
      replyIfAdmitted({ kind: "admitted", value: admission.userId, permit: undefined }, json),
  }),
  defineRoute({
    ...route,
    access: "user",
    // @ts-expect-error -- the session is checked ahead of the handler: there is no admission
    handle: (_, { admission }) => json(admission),
  }),
  defineRoute({
    ...route,
    access: "guest",
    sessionCheck: "by-statement",
    // @ts-expect-error -- a caller without a token has no session that a statement could check
    handle: async (_, { admission }) => replyIfAdmitted(check(admission), json),
  }),
  defineRoute({
    ...route,
    access: "public",
    // @ts-expect-error -- nobody looks at the token
    handle: (_, { caller }) => json(caller),
  }),
  defineRoute({
    ...route,
    access: "guest",
    // @ts-expect-error -- the caller may be anonymous
    handle: (_, { caller }) => json(caller.id),
  }),
];

const allowed = () => [
  defineRoute({
    ...route,
    access: "user",
    sessionCheck: "by-statement",
    handle: async (_, { admission }) => replyIfAdmitted(check(admission), json),
  }),
  defineRoute({
    ...route,
    access: "guest",
    limit: "by-statement",
    handle: async (_, { admit }) => replyIfAdmitted(check(await admit([limit])), json),
  }),
  defineRoute({
    ...route,
    access: "user",
    handle: (_, { caller }) => json({ id: caller.id, kind: caller.kind satisfies "user" }),
  }),
];

test("the types above are of routes", () => {
  for (const { handle } of [...routes(), ...allowed()]) expect(handle).toBeTypeOf("function");
});
