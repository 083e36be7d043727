import { describe, expect, test } from "vitest";
import { useUiDocent } from "../../../support/apps/ui-docent.ts";

/*
 * What the compliance suite of Open Responses (https://www.openresponses.org/compliance) asks of a server over HTTP,
 * written anew: the same requests, in the same order, and what must be in each answer. The exceptions are tested, too:
 *
 * - image-input and file-input: Docent answers questions in text, from its own documents. It refuses an image or a file
 *   with 400 and says why, because an answer that ignores it would be wrong.
 * - file-search and offline-web-search, which the suite marks as optional: Docent searches its own documents for every
 *   question and takes no other vector store and no web search. A tool that is no function is refused with 400.
 *
 * The suite's tests over WebSocket do not apply: there is none.
 */

const ui = useUiDocent();

type Json = Readonly<Record<string, unknown>>;
interface Item extends Json {
  readonly type: string;
  readonly call_id?: string;
}
interface Created extends Json {
  readonly id: string;
  readonly output: readonly Item[];
}

/** The fields that every response has. */
const required =
  "id object created_at completed_at status incomplete_details model previous_response_id instructions output error " +
  "tools tool_choice truncation parallel_tool_calls text top_p presence_penalty frequency_penalty top_logprobs " +
  "temperature reasoning user usage max_output_tokens max_tool_calls store background service_tier metadata " +
  "safety_identifier prompt_cache_key";

const send = (body: object) =>
  ui.docent.post("/v1/responses", { model: "docent", ...body }, ui.headers);

async function create(body: object): Promise<Created> {
  const response = await send(body);
  expect(response.status).toBe(200);
  const created = await response.json();
  expect(Object.keys(created)).toEqual(expect.arrayContaining(required.split(" ")));
  return created;
}

/** The events of a streamed response, and the response in the last one. */
async function stream(body: object) {
  const reply = await send({ ...body, stream: true });
  expect(reply.headers.get("content-type")).toContain("text/event-stream");
  const raw = await reply.text();
  expect(raw.endsWith("data: [DONE]\n\n")).toBe(true);
  // The name of each event is its type.
  const named = [...raw.matchAll(/^event: (.+)\ndata: \{"type":"([^"]+)"/gm)];
  expect(named.every(([, name, type]) => name === type)).toBe(true);
  const events = [...raw.matchAll(/^data: (\{.*)$/gm)].map(([, data = ""]): Json =>
    JSON.parse(data),
  );
  expect(named).toHaveLength(events.length);
  expect(events.map((event) => event["sequence_number"])).toEqual(events.map((_, index) => index));
  return { events, response: events.at(-1)?.["response"] as Created };
}

const message = (role: string, content: unknown) => ({ type: "message", role, content });

const weather = {
  type: "function",
  name: "get_weather",
  description: "Get the current weather for a location",
  parameters: {
    type: "object",
    properties: { location: { type: "string" } },
    required: ["location"],
  },
};
const place = { location: "San Francisco, CA" };
const askWeather = {
  input: [message("user", "What's the weather like in San Francisco?")],
  tools: [weather],
};

describe("the compliance suite of Open Responses", () => {
  test("basic-response", async () => {
    ui.say("Hello my friend.");
    const response = await create({ input: [message("user", "Say hello in exactly 3 words.")] });
    expect(response).toMatchObject({ status: "completed", output: [{ type: "message" }] });
  });

  test("streaming-response", async () => {
    ui.say("1, ", "2, ", "3, ", "4, ", "5.");
    const { events, response } = await stream({ input: [message("user", "Count from 1 to 5.")] });
    expect(response).toMatchObject({ status: "completed" });
    expect(Object.keys(response)).toEqual(expect.arrayContaining(required.split(" ")));
    const deltas = events.filter(({ type }) => type === "response.output_text.delta");
    expect(deltas.map(({ delta }) => delta).join("")).toBe("1, 2, 3, 4, 5.");
  });

  test("system-prompt", async () => {
    ui.say("Ahoy!");
    const pirate = message("system", "You are a pirate. Always respond in pirate speak.");
    const response = await create({ input: [pirate, message("user", "Say hello.")] });
    expect(response).toMatchObject({ status: "completed" });
    expect(ui.script().requests[0]?.system).toContain("You are a pirate.");
  });

  test("tool-calling", async () => {
    ui.script().call("get_weather", place);
    ui.script().end();
    const { output } = await create(askWeather);
    expect(output).toMatchObject([{ type: "function_call", name: "get_weather" }]);
  });

  test("tool-calling-streaming", async () => {
    ui.script().call("get_weather", place);
    ui.script().end();
    const { events } = await stream(askWeather);
    const item = { type: "function_call", arguments: JSON.stringify(place) };
    expect(events).toMatchObject([
      { type: "response.created" },
      { type: "response.in_progress" },
      { type: "response.output_item.added", output_index: 0, item: { ...item, arguments: "" } },
      { type: "response.function_call_arguments.delta", output_index: 0 },
      { type: "response.function_call_arguments.done", arguments: item.arguments },
      { type: "response.output_item.done", item },
      { type: "response.completed", response: { output: [item] } },
    ]);
  });

  test("function-call-roundtrip", async () => {
    ui.script().call("get_weather", place);
    ui.script().end();
    const first = await create({
      input: "Use the weather tool to get the temperature in San Francisco.",
      tools: [weather],
      tool_choice: { type: "function", name: "get_weather" },
    });
    const call = first.output.find(({ type }) => type === "function_call");
    ui.say("64 degrees.");
    const output = "64 degrees and clear";
    const second = await create({
      previous_response_id: first.id,
      input: [{ type: "function_call_output", call_id: call?.call_id, output }],
    });
    expect(second).toMatchObject({ status: "completed", output: [{ type: "message" }] });
    expect(ui.script().requests[1]?.messages.at(-1)).toMatchObject({ content: output });
  });

  test.each([
    ["image-input", { type: "input_image", image_url: "data:image/png;base64,AAAA" }],
    ["file-input", { type: "input_file", filename: "a.pdf", file_data: "data:,AAAA" }],
  ])("%s (exception: refused)", async (_, part) => {
    const content = [{ type: "input_text", text: "What is in it?" }, part];
    const refused = await send({ input: [message("user", content)] });
    expect(refused.status).toBe(400);
    const { error } = await refused.json();
    expect(error).toMatchObject({ type: "invalid_request_error", param: "input" });
    expect(error.message).toContain("no images, audio or files");
  });

  test("multi-turn", async () => {
    ui.say("Alice.");
    const response = await create({
      input: [
        message("user", "My name is Alice."),
        message("assistant", "Hello Alice! Nice to meet you."),
        message("user", "What is my name?"),
      ],
    });
    expect(response).toMatchObject({ status: "completed" });
    expect(ui.script().requests[0]?.messages).toHaveLength(3);
  });

  test("previous-response-id", async () => {
    ui.say("OK");
    const { id } = await create({ input: "Remember this code word: papaya. Reply with only OK." });
    ui.say("papaya");
    const input = "What code word did I ask you to remember?";
    const response = await create({ previous_response_id: id, input });
    expect(response).toMatchObject({ status: "completed", previous_response_id: id });
    expect(JSON.stringify(ui.script().requests[1]?.messages)).toContain("papaya");
  });

  test.each([
    ["file-search", { type: "file_search", vector_store_ids: ["vs_1"] }],
    ["offline-web-search", { type: "web_search", external_web_access: false }],
  ])("%s (exception: refused)", async (_, tool) => {
    const refused = await send({ input: "Find it.", tools: [tool] });
    expect(refused.status).toBe(400);
    expect((await refused.json()).error.message).toContain('must be "function"');
  });
});
