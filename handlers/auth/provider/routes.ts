import { describeCause } from "../../lib/describe-cause.ts";
import type { Context } from "../../http/context.ts";
import { readCookie, setCookie } from "../../http/cookie.ts";
import { Problem, settingsMissing } from "../../http/problem.ts";
import { json, type Reply } from "../../http/reply.ts";
import { defineRoute, type Route } from "../../http/route.ts";
import type { IdentityProvider } from "../../ports/identity-provider.ts";
import { signInCallerOf } from "../sessions/routes.ts";
import { grant } from "../../contract/user.ts";
import { attemptSeconds } from "./attempt.ts";
import { callbackQuery, providerList, redeemBody } from "./schema.ts";
import {
  createProviderSignIn,
  type ProviderSignIn,
  type ProviderSignInOptions,
  type SignInFailure,
} from "./sign-in.ts";

const startPath = "/api/auth/huggingface";
const callbackPath = "/login/callback";

export interface ProviderRouteOptions extends Omit<
  ProviderSignInOptions,
  "provider" | "redirectUri"
> {
  /** Undefined: this sign-in is off. */
  readonly provider: IdentityProvider | undefined;
  /** The missing or invalid setting that closes the routes. */
  readonly closedBy: string | undefined;
  /** This server's public address; without it, this sign-in is off. */
  readonly publicUrl: string | undefined;
}

/** Routes of Sign in with Hugging Face: to the provider, back from it, and to the page. */
export function providerRoutes({ provider, publicUrl, ...options }: ProviderRouteOptions): Route[] {
  const signIn =
    provider &&
    publicUrl !== undefined &&
    createProviderSignIn({ ...options, provider, redirectUri: `${publicUrl}${callbackPath}` });
  const closedBy = options.closedBy ?? (signIn ? undefined : "OAUTH_CLIENT_ID");
  // Browsers refuse a `__Host-` cookie over plain http, which is only used with localhost.
  const isSecure = publicUrl?.startsWith("https:") === true;
  const cookie = isSecure ? "__Host-docent-sign-in" : "docent-sign-in";
  const keep = (value: string, maxAge: number) => ({
    "set-cookie": setCookie({ name: cookie, value, maxAge, transport: isSecure ? "https" : "any" }),
  });
  const open = (): ProviderSignIn => {
    if (!signIn) throw settingsMissing(closedBy ?? "OAUTH_CLIENT_ID");
    return signIn;
  };
  const huggingface = { id: "huggingface", name: "Hugging Face", path: startPath };

  return [
    defineRoute({
      method: "GET",
      path: "/api/auth/providers",
      summary: "The identity providers that users can sign in with",
      access: "public",
      limit: "none",
      output: { 200: providerList },
      handle: () => json({ providers: closedBy === undefined ? [huggingface] : [] }),
    }),
    ...[
      defineRoute({
        method: "GET",
        path: startPath,
        summary:
          "Sign in with Hugging Face: sends a browser there; open it as a page, not by a script",
        access: "public",
        // Writes nothing, and asks the provider at most once an hour.
        limit: "none",
        output: { 302: undefined },
        async handle(_, context) {
          const begun = await open().begin();
          if (begun.kind === "failed") return failed(begun, context);
          return redirect(begun.url, keep(begun.secret, attemptSeconds));
        },
      }),
      defineRoute({
        method: "GET",
        path: callbackPath,
        summary:
          "Where Hugging Face sends the browser back to: goes on to the page with #sign-in=code or #sign-in-error=why",
        access: "public",
        limit: "sign-in-callback",
        query: callbackQuery,
        output: { 302: undefined },
        async handle({ query }, context) {
          const finished = await open().finish(query, readCookie(context.request, cookie));
          if (finished.kind === "failed") return failed(finished, context);
          return redirect(`/#sign-in=${finished.code}`, keep(finished.secret, 60));
        },
      }),
      defineRoute({
        method: "POST",
        path: `${startPath}/redeem`,
        summary:
          "Sign in by the code in the page's address, once, within 60 seconds, in the same browser; with a guest's token, the guest's conversations move to the account",
        access: "anyone",
        // Only the callback makes codes, and it is counted.
        limit: "read",
        body: redeemBody,
        output: { 200: grant },
        problems: {
          403: "the code was used, has expired or belongs to another browser (invalid_code)",
        },
        async handle({ body }, context) {
          const kept = readCookie(context.request, cookie);
          const redeemed = await open().redeem(body.code, kept, signInCallerOf(context));
          switch (redeemed.kind) {
            case "signed-in":
              return json(redeemed.grant, 200, keep("", 0));
            case "no-secret":
              throw settingsMissing("JWT_SECRET");
            case "wrong-code":
              throw new Problem(403, "invalid_code", "This sign-in has expired. Start again.");
          }
        },
      }),
    ].map((route) => ({ ...route, closedBy })),
  ];
}

/** Sets no cookie: the answer may belong to another attempt, while the browser's own is still under way. */
function failed(
  { reason, cause }: { readonly reason: SignInFailure; readonly cause?: unknown },
  { logger, requestId }: Context,
): Reply {
  const why = describeCause(cause);
  logger.warn("sign-in failed", { code: reason, request_id: requestId, cause: why });
  return redirect(`/#sign-in-error=${reason}`);
}

function redirect(location: string, headers: Reply["headers"] = {}): Reply {
  // No referrer: this request's address holds the provider's code.
  return {
    status: 302,
    headers: { location, "referrer-policy": "no-referrer", ...headers },
    body: null,
  };
}
