import { describe, expect, test } from "vitest";
import { createOpenaiClient, tokenOf } from "../../../support/clients/openai-client.ts";
import { createTestApp } from "../../../support/apps/test-app.ts";
import { signIn } from "../../../support/clients/signed-in.ts";
import { useUiDocent } from "../../../support/apps/ui-docent.ts";

const ui = useUiDocent();

const user = { role: "user", content: "Hi" };
const output = { type: "function_call_output", call_id: "call_1", output: "rain" };

describe("a request for a response is refused in OpenAI's shape", () => {
  test.each([
    ["without a question", { input: [] }, "input", "must have a user message"],
    ["with an empty question", { input: "  " }, "input", "must not be empty"],
    ["with a result without its call", { input: [output] }, "input", "without its call"],
    ["with a question and a result without its call", { input: [user, output] }, "input", "call"],
    ["that needs a store and has none", { background: true, store: false }, "background", "stored"],
    [
      "that goes on and stores nothing",
      { previous_response_id: "resp_1", store: false },
      "previous_response_id",
      "stored",
    ],
    [
      "that refers to an item and stores nothing",
      { input: [{ type: "item_reference", id: "msg_1" }, user], store: false },
      "input",
      "stored",
    ],
    [
      "with a reference to no item",
      { input: [{ type: "item_reference" }, user] },
      "input",
      "without an id",
    ],
    ["with too many items", { input: Array.from({ length: 1001 }, () => user) }, "input", "1000"],
    ["without input", { input: undefined }, "input", ""],
  ])("%s", async (_, body, param, text) => {
    const asked = { model: "docent", input: "Hi", ...body };
    const refused = await ui.docent.post("/v1/responses", asked, ui.headers);
    expect(refused.status).toBe(400);
    const { error } = await refused.json();
    expect(error).toMatchObject({ type: "invalid_request_error", code: "invalid_input", param });
    expect(error.message).toContain(text);
    expect(await ui.conversations(ui.headers)).toEqual([]);
  });

  test("with results of another response's calls, or a model there is not", async () => {
    const openai = createOpenaiClient(ui.docent, tokenOf(ui.headers));
    ui.say("Hello.");
    const { id } = await openai.responses.create({ model: "docent", input: "Hi" });
    const foreign = openai.responses.create({
      model: "docent",
      previous_response_id: id,
      input: [{ type: "function_call_output", call_id: "call_1", output: "rain" }],
    });
    await expect(foreign).rejects.toMatchObject({ status: 400, param: "input" });
    const unknown = openai.responses.create({ model: "gpt-4o", input: "Hi" });
    await expect(unknown).rejects.toMatchObject({ status: 404, code: "model_not_found" });
  });

  test.each([true, false])("for a model that fails (stream: %s)", async (stream) => {
    const openai = createOpenaiClient(ui.docent, tokenOf(ui.headers));
    ui.script().fail(new Error("broken"));
    if (stream) {
      const events = await Array.fromAsync(
        await openai.responses.create({ model: "docent", input: "Hi", stream }),
      );
      expect(events.at(-1)).toMatchObject({
        type: "response.failed",
        response: { status: "failed", error: { code: "internal_error" } },
      });
      return;
    }
    const call = openai.responses.create({ model: "docent", input: "Hi" });
    await expect(call).rejects.toMatchObject({ status: 500, type: "server_error" });
  });
});

test("looking for responses to go on from is limited like questions", async () => {
  const docent = await createTestApp({ CHAT_RATE_LIMIT: "2/60s" });
  const { headers } = await signIn(docent);
  const unknown = { model: "docent", input: "Hi", previous_response_id: "resp_1" };
  const statuses: number[] = [];
  for (let asked = 0; asked < 3; asked += 1) {
    statuses.push((await docent.post("/v1/responses", unknown, headers)).status);
  }
  expect(statuses).toEqual([404, 404, 429]);
  await docent.close();
});
