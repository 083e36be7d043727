import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import * as v from "valibot";
import type { Clock } from "../../../handlers/ports/clock.ts";
import { askProvider, readProvider, untrusted, type AskOptions } from "./ask.ts";

/** What is used of a provider's metadata (OpenID Connect Discovery 1.0 §3). */
const metadata = v.object({
  issuer: v.string(),
  authorization_endpoint: v.string(),
  token_endpoint: v.string(),
  userinfo_endpoint: v.string(),
  jwks_uri: v.string(),
});

export interface Provider extends v.InferOutput<typeof metadata> {
  /** The keys it signs with, fetched when they are needed and kept for ten minutes. */
  readonly keys: JWTVerifyGetKey;
}

const hour = 3_600_000;

/** Where everything is at a provider, asked once an hour; a failure is not remembered. Throws PortFailure. */
export function createDiscovery(url: string, { clock, ...options }: AskOptions & { clock: Clock }) {
  let known: { readonly provider: Provider; readonly until: number } | undefined;
  return async (): Promise<Provider> => {
    if (known && clock.now() < known.until) return known.provider;
    // Not shared while it is under way: a worker's request cannot wait for another one's.
    const provider = await discover(url, options);
    known = { provider, until: clock.now() + hour };
    return provider;
  };
}

async function discover(url: string, options: AskOptions): Promise<Provider> {
  const request = { url: `${url}/.well-known/openid-configuration` };
  const found = await readProvider(request, { ...options, schema: metadata });
  // Whoever answers for somebody else is nobody (§4.3).
  if (found.issuer.replace(/\/$/, "") !== url) throw untrusted("the issuer is another one");
  const { authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri } = found;
  const { protocol } = new URL(url);
  for (const endpoint of [authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri]) {
    const isSafe = URL.canParse(endpoint) && new URL(endpoint).protocol === protocol;
    if (!isSafe) throw untrusted("an endpoint is no address, or less safe than the issuer's");
  }
  const keys = createRemoteJWKSet(new URL(jwks_uri), {
    [customFetch]: (resource, { headers }) =>
      askProvider(resource, Object.fromEntries(new Headers(headers)), options),
  });
  return { ...found, keys };
}
