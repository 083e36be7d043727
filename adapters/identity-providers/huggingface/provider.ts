import { errors, jwtVerify, type JWTPayload } from "jose";
import * as v from "valibot";
import type { Clock } from "../../../handlers/ports/clock.ts";
import type {
  AuthorizationAnswer,
  IdentityProvider,
} from "../../../handlers/ports/identity-provider.ts";
import { readProvider, untrusted } from "./ask.ts";
import { createDiscovery, type Provider } from "./discovery.ts";

export interface HuggingFaceOptions {
  /** The issuer, without a slash at the end. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** For each request to the provider, milliseconds. */
  readonly deadline?: number;
}

/** Seconds by which the provider's clock may differ from ours. */
const clockTolerance = 30;

const tokens = v.object({ id_token: v.string(), access_token: v.string() });

const text = v.fallback(v.optional(v.string()), undefined);
const userinfo = v.object({
  sub: v.string(),
  name: text,
  preferred_username: text,
  email: text,
  email_verified: v.fallback(v.optional(v.boolean()), undefined),
});

/**
 * Sign in with Hugging Face (https://huggingface.co/docs/hub/oauth): the authorization code flow of OpenID
 * Connect Core 1.0 with PKCE (RFC 7636). Works with any provider that follows them.
 *
 * Its methods throw PortFailure: `invalid` for an answer or a token that we do not accept.
 */
export function createHuggingFaceProvider({
  url,
  clientId,
  clientSecret,
  scopes,
  clock,
  fetch,
  deadline = 10_000,
}: HuggingFaceOptions): IdentityProvider {
  const asking = { fetch, deadline };
  const discover = createDiscovery(url, { ...asking, clock });
  const credentials = basicCredentials(clientId, clientSecret);

  function exchange({ token_endpoint }: Provider, answer: AuthorizationAnswer) {
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      code: answer.code,
      redirect_uri: answer.redirectUri,
      code_verifier: answer.codeVerifier,
    });
    const headers = { authorization: credentials };
    const request = { url: token_endpoint, method: "POST" as const, headers, body };
    return readProvider(request, { ...asking, schema: tokens });
  }

  /** The subject of an ID token, validated as §3.1.3.7 wants. */
  async function verify({ keys, issuer }: Provider, token: string, nonce: string) {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ["RS256", "ES256"],
      issuer,
      audience: clientId,
      requiredClaims: ["sub", "exp", "iat", "nonce"],
      clockTolerance,
      currentDate: new Date(clock.now()),
    }).catch((cause: unknown) => {
      if (!(cause instanceof errors.JOSEError)) throw cause;
      throw untrusted("the identity provider's token is not good", cause);
    });
    const { azp, sub } = payload as JWTPayload & { readonly azp?: unknown };
    if (payload["nonce"] !== nonce) throw untrusted("the token is of another attempt");
    if (azp !== undefined && azp !== clientId) throw untrusted("the token is for another client");
    if (!sub) throw untrusted("the token is nobody's");
    return sub;
  }

  return {
    async authorizationUrl({ redirectUri, state, nonce, codeChallenge }) {
      const address = new URL((await discover()).authorization_endpoint);
      const parameters = {
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: scopes,
        state,
        nonce,
        code_challenge: codeChallenge,
        code_challenge_method: "S256",
      };
      for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
      return address.href;
    },

    async identify(answer) {
      const provider = await discover();
      const { id_token, access_token } = await exchange(provider, answer);
      const subject = await verify(provider, id_token, answer.nonce);
      const headers = { authorization: `Bearer ${access_token}` };
      const request = { url: provider.userinfo_endpoint, headers };
      const about = await readProvider(request, { ...asking, schema: userinfo });
      // The signed token identifies the user; the userinfo must have the same subject (§5.3.2).
      if (about.sub !== subject) throw untrusted("it told of somebody else");
      return {
        subject,
        email: about.email_verified === true ? about.email : undefined,
        name: about.name ?? about.preferred_username,
      };
    },
  };
}

/** Basic authentication with both parts form-encoded first (RFC 6749 §2.3.1). */
function basicCredentials(clientId: string, clientSecret: string): string {
  return `Basic ${btoa(`${formEncode(clientId)}:${formEncode(clientSecret)}`)}`;
}

function formEncode(part: string): string {
  return new URLSearchParams({ "": part }).toString().slice(1);
}
