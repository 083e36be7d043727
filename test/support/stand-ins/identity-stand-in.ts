import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from "jose";
import { systemClock } from "../../../handlers/lib/time.ts";

/** The provider's deliberate errors. */
export type Misbehaviour =
  | "wrong nonce"
  | "no nonce"
  | "wrong audience"
  | "another authorized party"
  | "wrong issuer"
  | "expired"
  | "no expiry"
  | "alg: none"
  | "unsigned"
  | "another key"
  | "signed with the client secret"
  | "no ID token"
  | "another subject in userinfo"
  | "another issuer in discovery"
  | "plain http endpoints"
  | "error"
  | "refusing"
  | "rate limited"
  | "down"
  | "slow"
  | "garbage"
  | "redirecting";

export interface ProviderPerson {
  readonly sub: string;
  readonly name?: string;
  readonly preferred_username?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
}

export interface StandInOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly scopes: string;
}

interface Grant {
  readonly person: ProviderPerson;
  readonly nonce: string;
  readonly challenge: string;
  readonly grantedAt: number;
}

/**
 * Stands in for Hugging Face, which cannot be asked here: an OpenID Connect provider that requires every
 * parameter of the code flow with PKCE, and records what a client must never send.
 */
export async function createIdentityStandIn(options: StandInOptions) {
  const { issuer, clientId, clientSecret, redirectUri, scopes } = options;
  const [own, foreign] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);
  const jwk = { ...(await exportJWK(own.publicKey)), kid: "first", alg: "RS256", use: "sig" };
  const codes = new Map<string, Grant>();
  const accessTokens = new Map<string, ProviderPerson>();
  const base = systemClock;

  const standIn = {
    person: { sub: "hf-1", preferred_username: "ada", name: "Ada" } as ProviderPerson,
    misbehaviour: undefined as Misbehaviour | undefined,
    /** Records of what a client must never send. */
    complaints: [] as string[],
    /** The requested paths, in order. */
    asked: [] as string[],
    /** All issued secrets; they must not appear elsewhere. */
    secrets: [clientSecret] as string[],
    clock: base,

    /** The provider as its clients reach it. */
    async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
      const request = new Request(input, init);
      const { pathname } = new URL(request.url);
      standIn.asked.push(pathname);
      return (await fail(request)) ?? answer(request, pathname);
    },
  };

  /** The answer of a provider that fails; undefined: as usual. */
  function fail({ signal }: Request): Promise<Response> | Response | undefined {
    const { misbehaviour } = standIn;
    if (misbehaviour === "down") throw new TypeError("fetch failed");
    if (misbehaviour === "garbage") return new Response("<html>not what you asked for");
    if (misbehaviour === "rate limited") return new Response(null, { status: 429 });
    if (misbehaviour === "error") return new Response("secret internals", { status: 502 });
    if (misbehaviour !== "slow") return undefined;
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
  }

  function answer(request: Request, pathname: string): Promise<Response> | Response {
    switch (`${request.method} ${pathname}`) {
      case "GET /.well-known/openid-configuration":
        return discovery();
      case "GET /oauth/authorize":
        return authorize(new URL(request.url).searchParams);
      case "POST /oauth/token":
        return token(request);
      case "GET /oauth/userinfo":
        return userinfo(request);
      case "GET /oauth/jwks":
        return Response.json({ keys: [jwk] });
      default:
        return refuse(`no such address: ${request.method} ${pathname}`, 404);
    }
  }

  function refuse(complaint: string, status = 400): Response {
    standIn.complaints.push(complaint);
    return Response.json({ error: "invalid_request" }, { status });
  }

  function discovery(): Response {
    const { misbehaviour } = standIn;
    const at = misbehaviour === "plain http endpoints" ? issuer.replace("https:", "http:") : issuer;
    return Response.json({
      issuer: misbehaviour === "another issuer in discovery" ? "https://else.example" : issuer,
      authorization_endpoint: `${at}/oauth/authorize`,
      token_endpoint: `${at}/oauth/token`,
      userinfo_endpoint: `${at}/oauth/userinfo`,
      jwks_uri: `${at}/oauth/jwks`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    });
  }

  /** The authorization endpoint; the user always agrees. */
  function authorize(query: URLSearchParams): Response {
    const expected = {
      response_type: "code",
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: scopes,
      code_challenge_method: "S256",
    };
    for (const [name, value] of Object.entries(expected)) {
      if (query.get(name) !== value) return refuse(`${name} is ${query.get(name)}`);
    }
    for (const name of ["state", "nonce", "code_challenge"]) {
      if (!/^[\w-]{43}$/.test(query.get(name) ?? "")) return refuse(`${name} is not 256 bits`);
    }
    const code = secret();
    codes.set(code, {
      person: standIn.person,
      nonce: query.get("nonce") ?? "",
      challenge: query.get("code_challenge") ?? "",
      grantedAt: standIn.clock.now(),
    });
    const back = new URL(redirectUri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", query.get("state") ?? "");
    return new Response(null, { status: 302, headers: { location: back.href } });
  }

  async function token(request: Request): Promise<Response> {
    const { misbehaviour } = standIn;
    const credentials = readBasic(request.headers.get("authorization"));
    if (credentials !== `${clientId} ${clientSecret}`) return refuse("wrong client", 401);
    const form = new URLSearchParams(await request.text());
    if (form.get("grant_type") !== "authorization_code") return refuse("wrong grant_type");
    if (form.get("redirect_uri") !== redirectUri) return refuse("wrong redirect_uri");
    const code = form.get("code") ?? "";
    const granted = codes.get(code);
    codes.delete(code);
    if (!granted) return refuse("the code is unknown or used");
    if (standIn.clock.now() - granted.grantedAt > 60_000) return refuse("the code is too old");
    const verifier = form.get("code_verifier") ?? "";
    if (!/^[\w.~-]{43,128}$/.test(verifier)) return refuse("no code_verifier");
    if ((await challengeOf(verifier)) !== granted.challenge) return refuse("wrong code_verifier");
    standIn.secrets.push(verifier);
    if (misbehaviour === "refusing")
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    if (misbehaviour === "redirecting") return Response.redirect("https://else.example/", 307);
    const access_token = secret();
    accessTokens.set(access_token, granted.person);
    const id_token = misbehaviour === "no ID token" ? undefined : await idToken(granted);
    if (id_token !== undefined) standIn.secrets.push(id_token);
    return Response.json({ access_token, token_type: "bearer", expires_in: 3600, id_token });
  }

  function idToken({ person, nonce }: Grant): Promise<string> | string {
    const { misbehaviour } = standIn;
    const now = Math.floor(standIn.clock.now() / 1000);
    const claims: JWTPayload = {
      ...person,
      iss: misbehaviour === "wrong issuer" ? "https://else.example" : issuer,
      aud: misbehaviour === "wrong audience" ? "another client" : clientId,
      iat: now,
      ...(misbehaviour !== "no expiry" && { exp: now + (misbehaviour === "expired" ? -60 : 300) }),
      ...(misbehaviour !== "no nonce" && {
        nonce: misbehaviour === "wrong nonce" ? secret() : nonce,
      }),
      ...(misbehaviour === "another authorized party" && { azp: "another client" }),
    };
    if (misbehaviour === "alg: none") return new UnsecuredJWT(claims).encode();
    const signer = new SignJWT(claims);
    if (misbehaviour === "signed with the client secret") {
      const key = new TextEncoder().encode(clientSecret.padEnd(32));
      return signer.setProtectedHeader({ alg: "HS256", kid: "first" }).sign(key);
    }
    signer.setProtectedHeader({ alg: "RS256", kid: "first" });
    const signed = signer.sign(
      misbehaviour === "another key" ? foreign.privateKey : own.privateKey,
    );
    if (misbehaviour !== "unsigned") return signed;
    return signed.then((text) => text.replace(/[^.]+$/, ""));
  }

  function userinfo(request: Request): Response {
    const [, bearer = ""] = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
    const person = accessTokens.get(bearer);
    if (!person) return refuse("wrong access token", 401);
    const isAnother = standIn.misbehaviour === "another subject in userinfo";
    return Response.json(isAnother ? { ...person, sub: "somebody else" } : person);
  }

  function secret(): string {
    const made = crypto.randomUUID() + crypto.randomUUID();
    standIn.secrets.push(made);
    return made;
  }

  return standIn;
}

export type IdentityStandIn = Awaited<ReturnType<typeof createIdentityStandIn>>;

/** Both parts are form-encoded before they are joined (RFC 6749 §2.3.1). */
function readBasic(header: string | null): string {
  const parts = Buffer.from(header?.replace(/^Basic /, "") ?? "", "base64")
    .toString()
    .split(":");
  return parts.map((part) => decodeURIComponent(part.replaceAll("+", " "))).join(" ");
}

async function challengeOf(verifier: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return Buffer.from(hash).toString("base64url");
}
