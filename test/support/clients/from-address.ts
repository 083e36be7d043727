import type { TestApp } from "../apps/test-app.ts";

/** POSTs JSON from one address, as the rate limits see it. */
export function postFrom(docent: TestApp, clientAddress: string) {
  return (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    docent.fetch(
      path,
      {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      },
      { clientAddress },
    );
}
