import { buildPage } from "../../.tools/build-page.ts";
import { startChatStandIn } from "./chat-stand-in.ts";

export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The server whose page the browser test walks through. */
export async function startTestServer(): Promise<TestServer> {
  return startChatStandIn(await buildPage());
}
