import type { SettingValues } from "./read.ts";
import type { IdentityProviderSettings, SettingsProblem } from "./types.ts";

interface IdentityProviderReading {
  readonly identityProvider: IdentityProviderSettings | undefined;
  readonly problems: readonly SettingsProblem[];
}

/**
 * Sign in with Hugging Face, where it is asked for and everything it needs is there.
 *
 * @param publicUrl where the provider sends people back to. Never taken from a request: a forged Host
 * header would send the code to an attacker.
 * @param unreadable settings that are there and could not be read
 */
export function readIdentityProvider(
  values: SettingValues,
  publicUrl: string | undefined,
  unreadable: ReadonlySet<string>,
): IdentityProviderReading {
  const { OAUTH_CLIENT_ID: clientId, OAUTH_CLIENT_SECRET: clientSecret } = values;
  if (clientId === undefined) return { identityProvider: undefined, problems: [] };
  const needed = { OAUTH_CLIENT_SECRET: clientSecret, PUBLIC_URL: publicUrl };
  const problems = Object.entries(needed)
    .filter(([name, value]) => value === undefined && !unreadable.has(name))
    .map(([name]) => missing(name));
  const isReadable = needs.every((name) => !unreadable.has(name));
  if (clientSecret === undefined || publicUrl === undefined || !isReadable) {
    return { identityProvider: undefined, problems };
  }
  const { OPENID_PROVIDER_URL: url, OAUTH_SCOPES: scopes } = values;
  return { identityProvider: { url, clientId, clientSecret, scopes }, problems };
}

const needs = ["PUBLIC_URL", "OAUTH_SCOPES", "OPENID_PROVIDER_URL"];

function missing(name: string): SettingsProblem {
  return {
    name,
    code: "missing",
    message: `OAUTH_CLIENT_ID is set: Sign in with Hugging Face needs ${name} too.`,
    affects: ["identity_provider"],
  };
}
