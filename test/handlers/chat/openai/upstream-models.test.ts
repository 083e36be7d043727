import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { compose } from "../../../../adapters/compose.ts";
import { createScryptHasher } from "../../../../adapters/password-hashers/scrypt.ts";
import { parseSettings } from "../../../../handlers/settings/index.ts";
import {
  createRecordingLogger,
  createTestApp,
  type TestApp,
} from "../../../support/apps/test-app.ts";
import { createOpenaiClient } from "../../../support/clients/openai-client.ts";
import { register } from "../../../support/clients/people.ts";
import {
  answers,
  says,
  startModelStandIn,
  type ModelStandIn,
} from "../../../support/stand-ins/model-stand-in.ts";

let standIn: ModelStandIn;
let docent: TestApp;
beforeAll(async () => {
  standIn = await startModelStandIn();
});
afterAll(() => standIn.stop());
afterEach(() => docent.close());

/** An app in front of a model that the operator offers or not. Returns a key's secret with these scopes. */
async function open(
  offered: "on" | "off",
  scopes: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const environment = {
    ...settings,
    OPENAI_BASE_URL: standIn.url,
    OPENAI_MODEL: "stand-in-large",
    OFFER_MODELS: offered,
  };
  const { logger } = createRecordingLogger();
  const assets = { read: () => Promise.resolve(undefined) };
  const capabilities = { logger, assets, passwordHasher: createScryptHasher() };
  const { languageModel, upstreams } = compose(parseSettings(environment).settings, capabilities);
  docent = await createTestApp(environment, { languageModel, upstreams: upstreams ?? [] });
  const { access_token } = await register(docent);
  const headers = { authorization: `Bearer ${access_token}` };
  const key = await docent.post("/api/auth/keys", { name: "k", scopes }, headers);
  return (await key.json()).key;
}

const ask = (key: string) =>
  createOpenaiClient(docent, key).chat.completions.create({
    model: "stand-in-large",
    max_tokens: 20,
    messages: [
      { role: "system", content: "Be terse." },
      { role: "user", content: "What is 2 + 2?" },
    ],
  });

test("a key with the scope models asks an offered model directly, without documents or tools", async () => {
  const key = await open("on", ["chat", "models"]);
  const listed = await createOpenaiClient(docent, key).models.list();
  expect(listed.data.at(-1)).toMatchObject({ id: "stand-in-large", owned_by: "upstream" });
  standIn.answer(answers("Four", "."));
  const { choices, usage } = await ask(key);
  expect(choices[0]?.message.content).toBe("Four.");
  expect(usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 2 });
  const { body } = standIn.requests.at(-1) ?? {};
  expect(body.messages).toEqual([
    { role: "system", content: "Be terse." },
    { role: "user", content: "What is 2 + 2?" },
  ]);
  expect(body).not.toHaveProperty("tools");
  expect(body.max_completion_tokens ?? body.max_tokens).toBe(20);
});

test("an offered model that ignores the limit is cut, and its connection closed", async () => {
  const key = await open("on", ["chat", "models"]);
  const words = Array.from({ length: 40 }, () => says("12345678"));
  standIn.answer([...words, { kind: "hang" }]);
  const { choices, usage } = await ask(key);
  expect(choices[0]).toMatchObject({
    message: { content: "12345678".repeat(20) },
    finish_reason: "length",
  });
  expect(usage?.completion_tokens).toBe(40);
  await expect.poll(() => standIn.open()).toBe(0);
});

test.each([
  ["a key without the scope", "on", ["chat"]],
  ["while the operator offers none", "off", ["chat", "models"]],
] as const)("%s finds no such model", async (_, offered, scopes) => {
  const key = await open(offered, scopes);
  const before = standIn.requests.length;
  await expect(ask(key)).rejects.toMatchObject({ status: 404, code: "model_not_found" });
  expect(standIn.requests).toHaveLength(before);
});

test("a model that is out answers with a failure that says so, and no other one takes over", async () => {
  const key = await open("on", ["chat", "models"]);
  standIn.answer([{ kind: "refuse", status: 503 }]);
  await expect(ask(key)).rejects.toMatchObject({ status: 503, code: "unavailable" });
});

test("its tokens count for the daily budget, beyond which it is refused until the day ends", async () => {
  const key = await open("on", ["chat", "models"], { DAILY_TOKEN_BUDGET: "5" });
  standIn.answer(answers("Four", "."));
  await ask(key);
  const asked = standIn.requests.length;
  await expect(ask(key)).rejects.toMatchObject({ status: 429, code: "rate_limited" });
  expect(standIn.requests).toHaveLength(asked);
});
