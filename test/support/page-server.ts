import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { buildPage } from "../../.tools/build-page.ts";
import { createListener } from "../../adapters/runtimes/node-listener.ts";
import type { Environment } from "../../handlers/settings.ts";
import { proposingModel } from "./proposing-model.ts";
import { createTestApp } from "./test-app.ts";
import { visit, type Visitor } from "./visitor.ts";

export interface PageServer {
  readonly url: string;
  /** A new account, made without the page. */
  register(email: string): Promise<Member>;
  stop(): Promise<void>;
}

export interface Member {
  readonly email: string;
  readonly password: string;
  /** What the page keeps of somebody who is signed in. */
  readonly grant: { readonly access_token: string };
  /** A request as this member. */
  call(method: string, path: string, body?: object): Promise<Response>;
}

const password = "a long walk in the rain";

/** The real app and page, in this process, with a model that calls tools. */
export async function startPageServer(environment: Environment = {}): Promise<PageServer> {
  const body = await buildPage();
  const assets = { read: () => Promise.resolve({ body, mediaType: "text/html; charset=utf-8" }) };
  const app = await createTestApp(environment, { languageModel: proposingModel, assets });
  const server = createServer(createListener(app.app));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async register(email) {
      const response = await app.post("/api/auth/register", { email, password });
      const grant = (await response.json()) as Member["grant"];
      return {
        email,
        password,
        grant,
        call: (method, path, json) =>
          app.fetch(path, {
            method,
            headers: {
              authorization: `Bearer ${grant.access_token}`,
              "content-type": "application/json",
            },
            ...(json && { body: JSON.stringify(json) }),
          }),
      };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
    },
  };
}

/** Opens the page as somebody who is signed in already. */
export function visitAs(
  member: Member,
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const localStorage = [{ name: "docent.tokens", value: JSON.stringify(member.grant) }];
  const storageState = { cookies: [], origins: [{ origin: url, localStorage }] };
  return visit(browser, url, { ...options, storageState });
}
