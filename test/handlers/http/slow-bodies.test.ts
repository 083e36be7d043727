import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { adminKey } from "../../support/clients/callers.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey });
});
afterAll(() => docent.close());
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => void vi.useRealTimers());

/** Sends this many bytes a second to the operator's route, which accepts large bodies. */
async function sendSlowly(bytesEachSecond: number, seconds: number) {
  let sent = 0;
  const begun = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        begun.resolve();
        await new Promise((resolve) => setTimeout(resolve, 1000));
        controller.enqueue(new Uint8Array(bytesEachSecond).fill(32));
        sent += 1;
        if (sent === seconds) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
  const init = { method: "POST", headers, body, duplex: "half" };
  const response = docent.fetch("/api/documents", init);
  await begun.promise;
  return { response };
}

/** The answer, or nothing after this time. */
async function answerWithin(seconds: number, response: Promise<Response>) {
  let answer: Response | undefined;
  void response.then((come) => (answer = come));
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  return answer;
}

test("a body that comes byte by byte is given up after 30 seconds, and its connection closed", async () => {
  const { response } = await sendSlowly(1, 600);
  expect(await answerWithin(29, response)).toBeUndefined();
  const answer = await answerWithin(2, response);
  expect(answer?.status).toBe(408);
  expect(answer?.headers.get("connection")).toBe("close");
  expect(await answer?.json()).toMatchObject({ code: "body_too_slow" });
});

test("one that keeps a slow pace for two minutes is read to its end", async () => {
  const { response } = await sendSlowly(20 * 1024, 120);
  const answer = await answerWithin(121, response);
  expect(await answer?.json()).toMatchObject({ code: "invalid_json" });
});
