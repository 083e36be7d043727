// The `openai` client in front of the real server; test/runtimes/mcp.test.ts has it leave.
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI, { APIUserAbortError, AuthenticationError } from "openai";
import { expect, test } from "vitest";
import { useAskedServer } from "../support/servers/asked-server.ts";
import { answers, done, ends, says, type Step } from "../support/stand-ins/model-stand-in.ts";

const server = useAskedServer({ CHAT_RATE_LIMIT: "20/3s" });
const messages = [{ role: "user", content: "How do I install it?" }] as const;
const body = { model: "docent", messages: [...messages] };

/** As it comes: it retries twice. `statuses`: of the responses so far. */
function open(apiKey = server.apiKey) {
  const statuses: number[] = [];
  const openai = new OpenAI({
    baseURL: server.baseURL,
    apiKey,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      statuses.push(response.status);
      return response;
    },
  });
  return { openai, statuses };
}

test("an answer comes whole and streamed, with its citation", async () => {
  const { openai } = open();
  server.model.answer(answers("Press the ", "button [1]."));
  const whole = await openai.chat.completions.create(body);
  expect(whole.choices[0]?.message.content).toBe("Press the button [1].");
  expect(whole.choices[0]?.message.annotations?.[0]?.url_citation).toMatchObject({
    url: "https://example.org/install",
    start_index: 17,
    end_index: 20,
  });
  const stream = openai.chat.completions.stream(body);
  expect(await stream.finalContent()).toBe("Press the button [1].");
});

test("a tool of the client's own is called, and the answer goes on with its result", async () => {
  const { openai } = open();
  const call = { name: "get_weather", arguments: '{"place":"Oslo"}' };
  const calls: Step = {
    kind: "delta",
    delta: { tool_calls: [{ index: 0, id: "call_1", type: "function", function: call }] },
  };
  server.model.answer([calls, ends("tool_calls"), done], answers("It rains."));
  const runner = openai.chat.completions.runTools({
    ...body,
    tools: [
      {
        type: "function",
        function: {
          name: "get_weather",
          description: "The weather of a place",
          parameters: { type: "object", properties: { place: { type: "string" } } },
          parse: JSON.parse,
          function: ({ place }: { place: string }) => `rain in ${place}`,
        },
      },
    ],
  });
  expect(await runner.finalContent()).toBe("It rains.");
  expect(JSON.stringify(server.model.requests.at(-1)?.body)).toContain("rain in Oslo");
});

test("errors have the client's classes, and one in the middle of a stream is thrown", async () => {
  const { openai } = open();
  await expect(open("docent_wrong").openai.models.list()).rejects.toThrow(AuthenticationError);
  await expect(openai.chat.completions.create({ ...body, model: "gpt-4o" })).rejects.toMatchObject({
    status: 404,
    code: "model_not_found",
  });
  server.model.answer([says("Press "), { kind: "cut" }]);
  const stream = await openai.chat.completions.create({ ...body, stream: true });
  await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: "unavailable" });
});

test("an aborted call is over for the client at once", async () => {
  const { openai } = open();
  server.model.answer([says("Press "), { kind: "hang" }]);
  const asked = server.model.requests.length;
  const leaving = new AbortController();
  const left = openai.chat.completions.create(body, { signal: leaving.signal });
  const refusal = expect(left).rejects.toThrow(APIUserAbortError);
  await expect.poll(() => server.model.requests.length).toBe(asked + 1);
  leaving.abort();
  await refusal;
});

test("the client waits as Retry-After says after 429, asks again by itself, and is answered", async () => {
  const { openai, statuses } = open();
  server.model.answer(answers("Press the button [1]."));
  // The calls of the tests before count for 3 s; with them, two more attempts may not be enough.
  await sleep(3000);
  const calls = Array.from({ length: 21 }, () => openai.chat.completions.create(body));
  for (const { choices } of await Promise.all(calls))
    expect(choices[0]?.message.content).toBe("Press the button [1].");
  expect(statuses.filter((status) => status === 200)).toHaveLength(21);
  expect(statuses).toContain(429);
});
