import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { createFolderAssets } from "../../../adapters/assets/folder.ts";
import { built } from "./built.ts";
import { createListener } from "../../../adapters/runtimes/node/listener.ts";
import { createHuggingFaceProvider } from "../../../adapters/identity-providers/huggingface/provider.ts";
import type { Ports } from "../../../handlers/app.ts";
import { parseSettings, type Environment } from "../../../handlers/settings/index.ts";
import type { LanguageModel } from "../../../handlers/ports/language-model.ts";
import { proposingModel } from "../stand-ins/proposing-model.ts";
import { createTestApp } from "../apps/test-app.ts";
import { visit, type Visitor } from "../clients/visitor.ts";
import { systemClock } from "../../../handlers/lib/time.ts";

export interface PageServer {
  readonly url: string;
  /** A new account, made without the page. */
  register(email: string): Promise<Member>;
  stop(): Promise<void>;
}

export interface Member {
  readonly email: string;
  readonly password: string;
  /** The tokens that the page stores. */
  readonly grant: { readonly access_token: string };
  /** A request as this member. */
  call(method: string, path: string, body?: object): Promise<Response>;
}

const password = "a long walk in the rain";

/**
 * Starts the real app and page in this process, unless told otherwise with a model that calls tools.
 *
 * @param given the settings, or a function from the server's address to settings
 * @param ports in place of the usual ones
 */
export async function startPageServer(
  given: Environment | ((url: string) => Promise<Environment>) = {},
  languageModel: LanguageModel = proposingModel,
  ports: Partial<Ports> = {},
): Promise<PageServer> {
  const assets = createFolderAssets(pathToFileURL(`${built("")}/`));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const environment = typeof given === "function" ? await given(url) : given;
  const clock = systemClock;
  const { identityProvider: provider } = parseSettings(environment).settings;
  const app = await createTestApp(environment, {
    languageModel,
    assets,
    identityProvider: provider && createHuggingFaceProvider({ ...provider, fetch, clock }),
    ...ports,
  });
  server.on("request", createListener(app.app));
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

/** Opens the page as a user who is already signed in. */
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
