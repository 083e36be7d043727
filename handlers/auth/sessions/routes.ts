import type { AnonymousCaller, Caller } from "../../http/access/identity.ts";
import type { Context } from "../../http/context.ts";
import { unknownAddress } from "../../http/rate-limits/client-address.ts";
import { invalidCredentials, invalidToken } from "../../http/access/unauthorized.ts";
import { invalidField, Problem, settingsMissing } from "../../http/problem.ts";
import { json, noContent } from "../../http/reply.ts";
import { defineRoute, type Route } from "../../http/route.ts";
import type { Accounts, SignInCaller } from "../accounts/accounts.ts";
import { deviceLabel } from "./device.ts";
import { grant } from "../../contract/user.ts";
import { guestBody, loginBody, refreshBody, registerBody } from "./schema.ts";
import type { Sessions } from "./sessions.ts";

export interface AuthRouteOptions {
  readonly sessions: Sessions;
  readonly accounts: Accounts;
  /** Whether callers without an account may start as guests. */
  readonly guests: "welcome" | "refused";
}

/** Routes that sign in and out. With a guest's token, the guest's conversations move to the account. */
export function authRoutes({ sessions, accounts, guests }: AuthRouteOptions): Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/api/auth/guest",
      summary: "Start as a guest, without an account",
      access: "public",
      limit: "guest",
      body: guestBody,
      emptyBody: "accepted",
      output: { 201: grant },
      problems: { 403: "Guests are not allowed here (account_required)" },
      async handle() {
        if (guests === "refused") {
          throw new Problem(403, "account_required", "Create an account to use this.");
        }
        const started = await sessions.startGuest();
        if (!started) throw settingsMissing("JWT_SECRET");
        return json(started, 201);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/auth/register",
      summary:
        "Create an account and sign in; with a guest's token, the guest's conversations move to it",
      access: "anyone",
      limit: "register",
      body: registerBody,
      async checkBody({ name = null, ...body }) {
        const reason = await accounts.refuse({ ...body, name });
        if (reason !== undefined) throw refusedPassword(reason);
      },
      output: { 201: grant },
      problems: { 409: "Another account has this email address (email_taken)" },
      async handle({ body }, context) {
        const registration = { ...body, name: body.name ?? null };
        const registered = await accounts.register(registration, signInCallerOf(context));
        switch (registered.kind) {
          case "signed-in":
            return json(registered.grant, 201);
          case "no-secret":
            throw settingsMissing("JWT_SECRET");
          case "email-taken":
            throw new Problem(
              409,
              "email_taken",
              "An account with this email address exists already.",
            );
        }
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/auth/login",
      summary: "Sign in; with a guest's token, the guest's conversations move to the account",
      access: "anyone",
      limit: "sign-in",
      body: loginBody,
      account: ({ email }) => email,
      output: { 200: grant },
      problems: { 401: "the email address or password is wrong (invalid_credentials)" },
      async handle({ body }, context) {
        const loggedIn = await accounts.logIn(body, signInCallerOf(context));
        switch (loggedIn.kind) {
          case "signed-in":
            return json(loggedIn.grant);
          case "no-secret":
            throw settingsMissing("JWT_SECRET");
          case "wrong-password":
            throw invalidCredentials();
        }
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/auth/refresh",
      summary: "Exchange a refresh token for the next pair of tokens",
      access: "public",
      body: refreshBody,
      output: { 200: grant },
      problems: { 401: "The refresh token is invalid or has expired (invalid_token)" },
      async handle({ body }) {
        const refreshed = await sessions.refresh(body.refresh_token);
        if (!refreshed) throw invalidToken("This refresh token is invalid or has expired.");
        return json(refreshed);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/auth/logout",
      summary: "Sign out: ends the refresh token's session at once",
      access: "public",
      body: refreshBody,
      output: { 204: undefined },
      async handle({ body }) {
        await sessions.signOut(body.refresh_token);
        return noContent();
      },
    }),
  ];
}

/** The guest whose conversations a sign-in takes over, the device and its address, from its request. */
export function signInCallerOf({
  caller,
  request,
  clientAddress,
}: Pick<Context, "request" | "clientAddress"> & {
  readonly caller: AnonymousCaller | Caller;
}): SignInCaller {
  return {
    guestId: caller.kind === "guest" ? caller.id : undefined,
    userAgent: deviceLabel(request.headers.get("user-agent")),
    address: clientAddress === unknownAddress ? undefined : clientAddress,
  };
}

/** @param reason why the password is refused */
export function refusedPassword(reason: string): Problem {
  return invalidField("body.password", reason);
}
