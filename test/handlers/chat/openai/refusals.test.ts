import { APIError, type OpenAI } from "openai";
import { beforeEach, describe, expect, test } from "vitest";
import { createOpenaiClient, tokenOf } from "../../../support/clients/openai-client.ts";
import { userMessage, useUiDocent } from "../../../support/apps/ui-docent.ts";

const ui = useUiDocent();
let openai: OpenAI;
beforeEach(() => {
  openai = createOpenaiClient(ui.docent, tokenOf(ui.headers));
});

const messages = [{ role: "user", content: "How do trees grow?" }] as const;
const body = { model: "docent", messages: [...messages] };

async function refusal(call: Promise<unknown>): Promise<APIError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof APIError) return error;
  throw new Error("the call was not refused", { cause: error });
}

/** Reads an answer to its end, whole or streamed. */
async function readAll(call: PromiseLike<unknown>): Promise<void> {
  const answer = await call;
  if (typeof answer !== "object" || answer === null || !(Symbol.asyncIterator in answer)) return;
  await Array.fromAsync(answer as AsyncIterable<unknown>);
}

describe("a refusal has OpenAI's shape", () => {
  test("for a wrong key, no key, a wrong model, wrong input and a wrong path", async () => {
    const stranger = createOpenaiClient(ui.docent, "sk-wrong");
    expect(await refusal(stranger.models.list())).toMatchObject({
      status: 401,
      code: "invalid_token",
      type: "authentication_error",
    });
    const response = await ui.docent.fetch("/v1/models");
    expect(response.status).toBe(401);
    expect((await response.json()).error).toMatchObject({ code: "missing_token", param: null });
    const model = await refusal(openai.chat.completions.create({ ...body, model: "gpt-4o" }));
    expect(model).toMatchObject({ status: 404, code: "model_not_found" });
    expect(model.message).toContain("docent-documents");
    const empty = await refusal(openai.chat.completions.create({ ...body, messages: [] }));
    expect(empty).toMatchObject({ status: 400, code: "invalid_input", param: "messages" });
    const image = { type: "image_url", image_url: { url: "data:," } } as const;
    const picture = openai.chat.completions.create({
      ...body,
      messages: [{ role: "user", content: [image] }],
    });
    expect((await refusal(picture)).message).toContain("no images");
    const path = await ui.docent.fetch("/v1/embeddings", { headers: ui.headers });
    expect((await path.json()).error.code).toBe("not_found");
  });

  test.each([true, false])("for a model that fails (stream: %s)", async (streamed) => {
    ui.script().fail(new Error("broken"));
    const call = openai.chat.completions.create({ ...body, stream: streamed });
    const error = await refusal(readAll(call));
    expect(error.code).toBe("internal_error");
    expect(error.type).toBe("server_error");
  });
});

test("GET /v1/models lists Docent's own models, and one by its name", async () => {
  const names = [];
  for await (const { id } of openai.models.list()) names.push(id);
  expect(names).toEqual(["docent", "docent-documents", "docent-links"]);
  expect(await openai.models.retrieve("docent")).toMatchObject({ id: "docent", object: "model" });
  expect(await refusal(openai.models.retrieve("other"))).toMatchObject({ status: 404 });
});

test("the AI SDK's own messages are still another dialect", async () => {
  const response = await ui.docent.post(
    "/v1/chat/completions",
    {
      model: "docent",
      messages: [userMessage("Hi")],
    },
    ui.headers,
  );
  expect(response.status).toBe(400);
});
