import { createHuggingFaceProvider } from "../../../adapters/identity-providers/huggingface/provider.ts";
import type { Ports } from "../../../handlers/app.ts";
import type { Environment } from "../../../handlers/settings/index.ts";
import { createIdentityStandIn, type IdentityStandIn } from "../stand-ins/identity-stand-in.ts";
import { bearer, type Person } from "./people.ts";
import { createTestApp, type TestApp } from "../apps/test-app.ts";
import { clockAt } from "../apps/test-clock.ts";

/** The environment of a Space with `hf_oauth: true`, without the secret. */
export const spaceEnvironment = {
  SPACE_HOST: "ada-docent.hf.space",
  OAUTH_CLIENT_ID: "client-of-the-space",
  OAUTH_CLIENT_SECRET: "s3cret of the client:%",
  OAUTH_SCOPES: "openid profile email",
  OPENID_PROVIDER_URL: "https://provider.test",
} as const;

export interface ProviderApp {
  readonly docent: TestApp;
  readonly standIn: IdentityStandIn;
  /** Advances the app's and the provider's clocks by milliseconds. */
  readonly pass: (time: number) => void;
}

/** The app as on a Space, with a stand-in for the provider. */
export async function createProviderApp(
  environment: Environment = {},
  overrides: Partial<Ports> = {},
): Promise<ProviderApp> {
  const settings = { ...spaceEnvironment, ...environment };
  const [url, clientId, clientSecret] = [
    settings.OPENID_PROVIDER_URL,
    settings.OAUTH_CLIENT_ID,
    settings.OAUTH_CLIENT_SECRET,
  ];
  const publicUrl = environment["PUBLIC_URL"] ?? `https://${spaceEnvironment.SPACE_HOST}`;
  const standIn = await createIdentityStandIn({
    issuer: url,
    clientId,
    clientSecret,
    redirectUri: `${publicUrl}/login/callback`,
    scopes: settings.OAUTH_SCOPES,
  });
  let passed = 0;
  const clock = clockAt(() => Date.now() + passed);
  standIn.clock = clock;
  const identityProvider = createHuggingFaceProvider({
    url,
    clientId,
    clientSecret,
    scopes: settings.OAUTH_SCOPES,
    fetch: (input, init) => standIn.fetch(input, init),
    clock,
    deadline: 200,
  });
  const docent = await createTestApp(settings, { clock, identityProvider, ...overrides });
  return { docent, standIn, pass: (time) => (passed += time) };
}

/** A visitor's browser with its cookies. */
export function createProviderVisitor({ docent, standIn }: ProviderApp) {
  const cookies = new Map<string, string>();

  async function open(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("cookie", [...cookies].map((pair) => pair.join("=")).join("; "));
    const response = await docent.fetch(path, { ...init, headers });
    const [, name = "", value = "", age] =
      /^([^=]+)=([^;]*);.*Max-Age=(\d+)/.exec(response.headers.get("set-cookie") ?? "") ?? [];
    if (age === "0") cookies.delete(name);
    else if (name !== "") cookies.set(name, value);
    return response;
  }

  const visitor = {
    cookies,
    open,
    /** Goes to the provider and agrees; returns the address to which it redirects. */
    async agree(): Promise<string> {
      const begun = await open("/api/auth/huggingface");
      const agreed = await standIn.fetch(begun.headers.get("location") ?? "");
      if (agreed.status !== 302) throw new Error(`the provider refused: ${standIn.complaints[0]}`);
      const back = new URL(agreed.headers.get("location") ?? "");
      return back.pathname + back.search;
    },
    /** Follows the redirect back; returns the fragment of the page's address. */
    async comeBack(path: string): Promise<string> {
      const response = await open(path);
      return (response.headers.get("location") ?? "").replace("/#", "");
    },
    /** The page's code after going to the provider and back. */
    async getCode(): Promise<string> {
      const fragment = await visitor.comeBack(await visitor.agree());
      if (!fragment.startsWith("sign-in=")) throw new Error(fragment);
      return fragment.replace("sign-in=", "");
    },
    redeem: (code: string, token?: string) =>
      open("/api/auth/huggingface/redeem", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(token !== undefined && bearer(token)),
        },
        body: JSON.stringify({ code }),
      }),
    /** The whole sign-in. */
    async signIn(token?: string): Promise<Person> {
      const response = await visitor.redeem(await visitor.getCode(), token);
      if (response.status !== 200) throw new Error(await response.text());
      return response.json() as Promise<Person>;
    },
  };
  return visitor;
}
