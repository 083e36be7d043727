import { setTimeout as sleep } from "node:timers/promises";
import { cleanUp, startServer } from "./server-process.ts";

export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the built server for browser tests, and waits until its documents, the README by default, are ingested. */
export async function startTestServer(
  environment: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  // All tests ask from one address.
  const server = await startServer({
    environment: { CHAT_RATE_LIMIT: "1000/60s", CHAT_ADDRESS_LIMIT: "1000/60s", ...environment },
  });
  while (!server.log().includes("documents ingested")) await sleep(20);
  return { url: server.url, stop: cleanUp };
}
