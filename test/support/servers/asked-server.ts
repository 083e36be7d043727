import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import { goodPassword } from "../clients/people.ts";
import { startModelStandIn, type ModelStandIn } from "../stand-ins/model-stand-in.ts";
import { cleanUp, makeDirectory, postJson, startServer } from "./server-process.ts";

export interface AskedServer {
  readonly url: string;
  /** For OpenAI clients. */
  readonly baseURL: string;
  /** An API key with the scope `chat`. */
  readonly apiKey: string;
  /** The language model behind the server. */
  readonly model: ModelStandIn;
}

/**
 * For the tests of a file: the real server in its own process, with one document, https://example.org/install, and a
 * language model that answers what the test says.
 */
export function useAskedServer(environment: Readonly<Record<string, string>> = {}): AskedServer {
  // The hooks fill it.
  const fixture = {} as AskedServer;
  beforeAll(async () => {
    const model = await startModelStandIn();
    const documents = await makeDirectory();
    const text = "# How to install it\n\nTo install it, press the green button.\n";
    await writeFile(join(documents, "install.md"), text);
    const server = await startServer({
      environment: {
        OPENAI_BASE_URL: model.url,
        OPENAI_MODEL: "stand-in-large",
        DOCUMENTS_DIR: documents,
        DOCUMENTS_URL_BASE: "https://example.org",
        ...environment,
      },
    });
    while (!server.log().includes("documents ingested")) await sleep(20);
    const { url } = server;
    const apiKey = await createApiKey(url);
    Object.assign(fixture, { url, baseURL: `${url}/v1`, apiKey, model });
  });
  afterAll(async () => {
    await cleanUp();
    await fixture.model?.stop();
  });
  return fixture;
}

/** An API key with the scope `chat`, of a new account of the server. */
async function createApiKey(url: string): Promise<string> {
  const email = `${crypto.randomUUID()}@example.org`;
  const account = { email, password: goodPassword };
  const { access_token } = (await (await postJson(`${url}/api/auth/register`, account)).json()) as {
    access_token: string;
  };
  const authorization = `Bearer ${access_token}`;
  const key = await postJson(
    `${url}/api/auth/keys`,
    { name: "clients", scopes: ["chat"] },
    { authorization },
  );
  return ((await key.json()) as { key: string }).key;
}
