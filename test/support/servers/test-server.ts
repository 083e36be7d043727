import { setTimeout as sleep } from "node:timers/promises";
import { cleanUp, startServer } from "./server-process.ts";

export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the built server for the browser test, and waits until its README is ingested. */
export async function startTestServer(): Promise<TestServer> {
  // All tests ask from one address.
  const server = await startServer({
    environment: { CHAT_RATE_LIMIT: "1000/60s", CHAT_ADDRESS_LIMIT: "1000/60s" },
  });
  while (!server.log().includes("documents ingested")) await sleep(20);
  return { url: server.url, stop: cleanUp };
}
