import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createListener } from "../../../adapters/runtimes/node/listener.ts";
import { createIdentityStandIn, type IdentityStandIn } from "./identity-stand-in.ts";

export interface IdentityServer {
  readonly standIn: IdentityStandIn;
  /** The settings of an app at `publicUrl`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the provider's stand-in at an address that a browser can open. */
export async function startIdentityServer(publicUrl: string): Promise<IdentityServer> {
  let standIn: IdentityStandIn | undefined;
  const server = createServer(
    createListener({
      async fetch({ url, method, headers, body }) {
        if (!standIn) return new Response(null, { status: 503 });
        const sent = body ? await new Response(body).text() : null;
        return standIn.fetch(url, { method, headers: [...headers], body: sent });
      },
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = { clientId: "a client", clientSecret: "its secret", scopes: "openid profile" };
  standIn = await createIdentityStandIn({
    ...client,
    issuer: url,
    redirectUri: `${publicUrl}/login/callback`,
  });
  return {
    standIn,
    url,
    environment: {
      PUBLIC_URL: publicUrl,
      OPENID_PROVIDER_URL: url,
      OAUTH_CLIENT_ID: client.clientId,
      OAUTH_CLIENT_SECRET: client.clientSecret,
      OAUTH_SCOPES: client.scopes,
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
