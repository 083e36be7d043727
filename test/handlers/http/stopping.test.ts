import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { superviseDatabase, type OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { createApp } from "../../../handlers/app.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { parseSettings } from "../../../handlers/settings/index.ts";
import { useInstances } from "../../support/apps/instances.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { collectEvents, readEvents, textOf } from "../../support/clients/events.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp();
});
afterAll(() => docent.close());

const requests = () => [
  new Request("http://localhost:7860/api/documents"),
  new Request("http://localhost:7860/api/chat", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: "Is anybody there?" }),
  }),
];

const closed = () => Promise.reject(new PortFailure("unavailable", "closed", { retryable: true }));

test("requests that wait for a database that is opening are answered before the app stops", async () => {
  const opening = Promise.withResolvers<OpenDatabase>();
  const { logger } = docent.ports;
  const { database: engine } = docent;
  let isClosed = false;
  const database = superviseDatabase(() => opening.promise, logger);
  const app = createApp({ ...docent.ports, database }, parseSettings({}));
  void app.start();
  const answers = requests().map((request) => app.fetch(request));
  const stopped = app.stop();
  opening.resolve({
    query: (statement) => (isClosed ? closed() : engine.query(statement)),
    batch: (statements) => (isClosed ? closed() : engine.batch(statements)),
    close: () => Promise.resolve(void (isClosed = true)),
  });
  for (const answer of await Promise.all(answers)) {
    expect(answer.status).toBe(200);
    await answer.text();
  }
  await stopped;
  expect(isClosed).toBe(true);
});

test("when their time is up, they are refused, and told to come back", async () => {
  const database = superviseDatabase(
    (signal) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(new Error("stopped"))),
      ),
    docent.ports.logger,
  );
  const app = createApp({ ...docent.ports, database }, parseSettings({}));
  void app.start();
  const answers: Response[] = [];
  for (const request of requests()) void app.fetch(request).then((answer) => answers.push(answer));
  await app.stop(50);
  expect(answers.map(({ status }) => status)).toEqual([503, 503]);
  for (const { headers } of answers) {
    expect(headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(headers.get("retry-after")).toMatch(/^\d+$/);
  }
});

describe("a reader of another process's answer", () => {
  const instances = useInstances();

  test("is told that this one stops, and reads on elsewhere", async () => {
    const { first, second, script, headers, sendToFirst, sendToSecond } = instances;
    const asked = readEvents(await first.post("/api/chat", { message: "Tell me" }, headers));
    const begun = (await asked.next()).value;
    script.say("Once ");
    const path = `/api/chat/${String(begun?.data["conversation_id"])}/stream`;
    const resumed = readEvents(await sendToSecond(path));
    const seen = [(await resumed.next()).value, (await resumed.next()).value];
    expect(seen).toEqual([begun, (await asked.next()).value]);

    await second.close();
    const told = { type: "error", code: "unavailable", retryable: true };
    expect((await resumed.next()).value?.data).toMatchObject(told);
    expect((await resumed.next()).done).toBe(true);
    script.say("upon a time.");
    script.end();
    const last = { "last-event-id": seen.at(-1)?.id ?? "" };
    const rest = await collectEvents(await sendToFirst(path, { headers: last }));
    expect(textOf(rest)).toBe("upon a time.");
  });
});
