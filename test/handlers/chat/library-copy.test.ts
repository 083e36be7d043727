import { afterEach, beforeEach, expect, test } from "vitest";
import { superviseDatabase, type OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { createExtractiveModel } from "../../../adapters/language-models/extractive/model.ts";
import type { DatabaseService } from "../../../handlers/ports/database.ts";
import { adminKey } from "../../support/clients/callers.ts";
import { signIn } from "../../support/clients/signed-in.ts";
import { createRecordingLogger, createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

/** Milliseconds by which the clocks of all instances are ahead. */
let ahead = 0;
let database: OpenDatabase;
let instances: readonly Awaited<ReturnType<typeof openInstance>>[];
let headers: Record<string, string>;

beforeEach(async () => {
  database = await openTestDatabase(createRecordingLogger().logger);
  instances = [await openInstance(), await openInstance()];
  ({ headers } = await signIn(first().docent));
});
afterEach(async () => {
  for (const { docent } of instances) await docent.close();
  await database.close();
});

const nth = (index: number) => {
  const instance = instances[index];
  if (!instance) throw new Error("there are two instances");
  return instance;
};
const first = () => nth(0);
const second = () => nth(1);

/** An instance on the database of all, and the round trips of its latest question until the model was asked. */
async function openInstance() {
  const { logger } = createRecordingLogger();
  const connection = { ...database, close: () => Promise.resolve() };
  const service = superviseDatabase(() => Promise.resolve(connection), logger);
  let asked = 0;
  let trips = 0;
  const counted: DatabaseService = {
    ...service,
    query: (statement) => {
      asked += 1;
      return service.query(statement);
    },
  };
  const model = createExtractiveModel();
  const docent = await createTestApp(
    { ADMIN_API_KEY: adminKey, READ_RATE_LIMIT: "10000/60s" },
    {
      database: counted,
      clock: { now: Date.now, monotonic: () => performance.now() + ahead },
      languageModel: {
        ...model,
        stream: (request, signal) => {
          trips = asked;
          return model.stream(request, signal);
        },
      },
    },
  );
  return {
    docent,
    async ask(message: string, more: object = {}) {
      const accept = { ...headers, accept: "application/json" };
      asked = 0;
      const answer = await docent.post("/api/chat", { message, ...more }, accept);
      const { response, conversation_id: id } = await answer.json();
      return { trips, response: String(response), id };
    },
  };
}

const question = "When do I water the plants?";
const put = (docent: TestApp, day: string, path = "plants.md") =>
  docent.post(
    "/api/documents",
    { path, content: `# Plants\n\nWater the plants on ${day}.\n` },
    { authorization: `Bearer ${adminKey}` },
  );

/** Asks until the answer comes from a copy. */
async function untilCopied(): Promise<void> {
  await expect.poll(async () => (await first().ask(question)).trips, { timeout: 10_000 }).toBe(1);
}

test("a question of a small library waits for one round trip: the one that stores it", async () => {
  await put(first().docent, "Mondays");
  const { trips, response } = await first().ask(question);
  expect(trips).toBe(3);
  await untilCopied();
  const copied = await first().ask(question);
  expect(copied.response).toBe(response);
  const followUp = await first().ask(question, { conversation_id: copied.id });
  expect(followUp).toEqual({ ...copied, response });
});

test("what another instance changes is in the next answer", async () => {
  await put(first().docent, "Mondays");
  await untilCopied();
  await put(second().docent, "Fridays");
  const changed = await first().ask(question);
  expect(changed.response).toContain("Fridays");
  // Its search in the copy was in vain, and counts as none.
  expect(changed.trips).toBe(3);
  const listed = await second().docent.fetch("/api/documents");
  const { documents } = await listed.json();
  ahead += 10_001;
  await untilCopied();
  expect((await first().ask(question)).response).toContain("Fridays");
  await second().docent.fetch(`/api/documents/${documents[0].id}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${adminKey}` },
  });
  expect((await first().ask(question)).response).not.toContain("Fridays");
});

test("a library that has changed is not copied again within 10 seconds", async () => {
  await put(first().docent, "Mondays");
  await untilCopied();
  await put(second().docent, "Fridays");
  await first().ask(question);
  // Longer than a copy waits to be made.
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect((await first().ask(question)).trips).toBe(3);
  ahead += 10_001;
  await untilCopied();
});
