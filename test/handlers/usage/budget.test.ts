import { afterEach, describe, expect, test } from "vitest";
import { createExtractiveModel } from "../../../adapters/language-models/extractive/model.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import type { DatabaseService } from "../../../handlers/ports/database.ts";
import type { LanguageModel } from "../../../handlers/ports/language-model.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { adminKey } from "../../support/clients/callers.ts";
import { collectEvents } from "../../support/clients/events.ts";
import { postFrom } from "../../support/clients/from-address.ts";
import { signIn } from "../../support/clients/signed-in.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";

/** What the scripted model says that each of its answers used. */
const tokensPerAnswer = 10;
const question = "When do I water the plants?";
let opened: TestApp[] = [];
let model: ReturnType<typeof createScriptedModel>;

afterEach(async () => {
  for (const docent of opened.toReversed()) await docent.close();
  opened = [];
});

async function open(environment: Record<string, string>, beside?: TestApp): Promise<TestApp> {
  model = createScriptedModel();
  const languageModel = { ...model.model, quoting: createExtractiveModel() };
  const docent = await createTestApp(
    { ADMIN_API_KEY: adminKey, ...environment },
    { languageModel, ...(beside && { database: shared(beside.ports.database) }) },
  );
  opened.push(docent);
  if (beside) return docent;
  const document = { path: "plants.md", content: "# Plants\n\nWater the plants on Mondays.\n" };
  await docent.post("/api/documents", document, { authorization: `Bearer ${adminKey}` });
  return docent;
}

/** The database of another instance, which stops it. */
function shared(database: DatabaseService): DatabaseService {
  return { ...database, start: () => Promise.resolve(), stop: () => Promise.resolve() };
}

/** Asks, and returns the answer's text with what `metadata` and `done` call degraded. */
async function ask(
  docent: TestApp,
  { address = "10.9.9.9", headers = {} }: { address?: string; headers?: Record<string, string> },
) {
  const [, before] = [model.say("Says the model."), model.requests.length];
  model.end();
  const response = await postFrom(docent, address)("/api/chat", { message: question }, headers);
  const events = await collectEvents(response);
  const isAsked = model.requests.length > before;
  return {
    text: String(events.at(-1)?.data["content"]),
    degraded: [events[0], events.at(-1)].map((event) => event?.data["degraded"]),
    isAsked,
  };
}

const byModel = { text: "Says the model.", degraded: [undefined, undefined], isAsked: true };
const quoted = {
  text: "Water the plants on Mondays. [1]",
  degraded: [["budget"], ["budget"]],
  isAsked: false,
};

describe("DAILY_TOKEN_BUDGET", () => {
  test("beyond it a user's answers are quotes and say so, and others' are not", async () => {
    const docent = await open({ DAILY_TOKEN_BUDGET: String(tokensPerAnswer) });
    const [one, other] = [await signIn(docent), await signIn(docent)];
    expect(await ask(docent, one)).toEqual(byModel);
    expect(await ask(docent, one)).toEqual(quoted);
    expect(await ask(docent, other)).toEqual(byModel);
    await docent.database.query(sql`update daily_spending set day = day - 1`);
    expect(await ask(docent, one)).toEqual(byModel);
  });

  test("an answer of a model that tells no usage counts by estimate", async () => {
    const untold: LanguageModel = {
      name: "untold",
      quoting: createExtractiveModel(),
      async *stream() {
        yield { type: "text-delta", text: "Says the model." };
        const usage = { input_tokens: 0, output_tokens: 0 };
        yield { type: "finished", finishReason: "stop", usage };
      },
    };
    const docent = await createTestApp({ DAILY_TOKEN_BUDGET: "10" }, { languageModel: untold });
    opened.push(docent);
    const { headers } = await signIn(docent);
    const degraded = async () => {
      const json = { ...headers, accept: "application/json" };
      const answer = await docent.post("/api/chat", { message: question }, json);
      return (await answer.json()).degraded;
    };
    expect([await degraded(), await degraded()]).toEqual([[], ["budget"]]);
  });

  test("guests of an address share one, because a client can make any number of guests", async () => {
    const docent = await open({ DAILY_TOKEN_BUDGET: String(tokensPerAnswer) });
    expect(await ask(docent, { address: "10.1.1.1" })).toEqual(byModel);
    expect(await ask(docent, { address: "10.1.1.1" })).toEqual(quoted);
    expect(await ask(docent, { address: "10.2.2.2" })).toEqual(byModel);
  });

  test("deleting the conversation during its answer does not give the tokens back", async () => {
    const docent = await open({ DAILY_TOKEN_BUDGET: String(tokensPerAnswer) });
    const user = await signIn(docent);
    const response = await docent.post("/api/chat", { message: question }, user.headers);
    const reader = response.body?.getReader();
    await reader?.read();
    await docent.database.query(sql`delete from conversations`);
    model.say("Says the model.");
    model.end();
    while (!(await reader?.read())?.done);
    expect(await ask(docent, user)).toEqual(quoted);
  });

  test("what is not a number keeps the chat closed, and is named", async () => {
    const docent = await open({ DAILY_TOKEN_BUDGET: "lots" });
    const refused = await docent.post("/api/chat", { message: question });
    expect([refused.status, (await refused.json()).code]).toEqual([503, "settings_missing"]);
  });
});

describe("DAILY_TOKEN_BUDGET_TOTAL", () => {
  test("counts all callers, on all instances", async () => {
    const docent = await open({ DAILY_TOKEN_BUDGET_TOTAL: String(2 * tokensPerAnswer) });
    expect(await ask(docent, await signIn(docent))).toEqual(byModel);
    expect(await ask(docent, { address: "10.1.1.1" })).toEqual(byModel);
    expect(await ask(docent, { address: "10.2.2.2" })).toEqual(quoted);
    const second = await open({ DAILY_TOKEN_BUDGET_TOTAL: String(2 * tokensPerAnswer) }, docent);
    expect(await ask(second, { address: "10.3.3.3" })).toEqual(quoted);
  });

  test("counts turns of which nothing is stored", async () => {
    const docent = await open({ DAILY_TOKEN_BUDGET_TOTAL: String(tokensPerAnswer) });
    const message = { id: "1", role: "user", parts: [{ type: "text", text: question }] };
    const stateless = async () => {
      model.say("Says the model.");
      model.end();
      return (await docent.post("/api/chat", { messages: [message] })).text();
    };
    expect(await stateless()).toContain("Says the model.");
    expect(await stateless()).toContain('"degraded":["budget"]');
    expect(model.requests).toHaveLength(1);
  });
});
