import OpenAI from "openai";
import type { TestApp } from "../apps/test-app.ts";

/** The real `openai` client in front of the app; it retries nothing, unless told to. */
export function createOpenaiClient(
  docent: Pick<TestApp, "fetch">,
  apiKey: string,
  maxRetries = 0,
): OpenAI {
  return new OpenAI({
    apiKey,
    maxRetries,
    baseURL: "http://localhost:7860/v1",
    fetch: async (input, init) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input);
      const response = await docent.fetch(pathname + search, init);
      // As over a network: an aborted request also ends the answer's body.
      const signal = init?.signal;
      const body = signal && response.body?.pipeThrough(new TransformStream(), { signal });
      return body ? new Response(body, response) : response;
    },
  });
}

/** The token of a signed-in caller's headers, as a key for the client. */
export function tokenOf(headers: Readonly<Record<string, string>>): string {
  return (headers["authorization"] ?? "").replace("Bearer ", "");
}
