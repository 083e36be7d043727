import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import * as v from "valibot";
import type { Clock } from "../../../handlers/ports/clock.ts";
import { askProvider, readProvider, untrusted, type AskOptions } from "./ask.ts";

/** The fields we use of a provider's metadata (OpenID Connect Discovery 1.0 §3). */
const metadata = v.object({
  issuer: v.string(),
  authorization_endpoint: v.string(),
  token_endpoint: v.string(),
  userinfo_endpoint: v.string(),
  jwks_uri: v.string(),
});

export interface Provider extends v.InferOutput<typeof metadata> {
  /** The provider's signing keys, fetched when needed and kept for ten minutes. */
  readonly keys: JWTVerifyGetKey;
}

const hour = 3_600_000;

/**
 * Reads a provider's metadata, at most once an hour; a failure is not kept.
 *
 * @returns a function that throws PortFailure, `invalid` for metadata that we do not accept
 */
export function createDiscovery(url: string, { clock, ...options }: AskOptions & { clock: Clock }) {
  let known: { readonly provider: Provider; readonly until: number } | undefined;
  return async (): Promise<Provider> => {
    if (known && clock.monotonic() < known.until) return known.provider;
    // Requests do not share a pending fetch: on Cloudflare Workers one request cannot await another's I/O.
    const provider = await discover(url, options);
    known = { provider, until: clock.monotonic() + hour };
    return provider;
  };
}

async function discover(url: string, options: AskOptions): Promise<Provider> {
  const request = { url: `${url}/.well-known/openid-configuration` };
  const found = await readProvider(request, { ...options, schema: metadata });
  // The issuer must equal the configured URL (OpenID Connect Discovery 1.0 §4.3).
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
