import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { done, ends, says, type Step } from "../../support/stand-ins/model-stand-in.ts";
import { startRemoteModel } from "../../support/apps/remote-model.ts";

let remote: Awaited<ReturnType<typeof startRemoteModel>>;
beforeAll(async () => {
  remote = await startRemoteModel();
});
afterAll(() => remote.standIn.stop());

const calling = (...tool_calls: object[]): Step => ({ kind: "delta", delta: { tool_calls } });
const named = (name: string, text: unknown = "") => ({ function: { name, arguments: text } });

describe("tool calls are whole and told apart", () => {
  const two = [
    { name: "first", arguments: '{"a":1}' },
    { name: "second", arguments: '{"b":2}' },
  ];

  test.each<[string, readonly Step[]]>([
    [
      "by index, in turns (OpenAI)",
      [
        calling({ index: 0, id: "a", ...named("first") }),
        calling({ index: 1, id: "b", ...named("second") }),
        calling({ index: 0, function: { arguments: '{"a"' } }),
        calling({ index: 1, function: { arguments: '{"b":2}' } }),
        calling({ index: 0, function: { arguments: ":1}" } }),
      ],
    ],
    [
      "whole, without index (Gemini)",
      [
        calling({ id: "a", ...named("first", '{"a":1}') }),
        calling({ id: "b", ...named("second", '{"b":2}') }),
      ],
    ],
    [
      "whole, all with index 0 and no id (Gemini)",
      [
        calling(
          { index: 0, id: "", ...named("first", '{"a":1}') },
          { index: 0, id: "", ...named("second", '{"b":2}') },
        ),
      ],
    ],
    [
      "whole, all with index 0 and ids",
      [
        calling({ index: 0, id: "a", ...named("first", '{"a":1}') }),
        calling({ index: 0, id: "b", ...named("second", '{"b":2}') }),
      ],
    ],
    [
      "with id and name again in every piece",
      [
        calling({ index: 0, id: "a", ...named("first", '{"a"') }),
        calling({ index: 0, id: "a", ...named("first", ":1}") }),
        calling({ index: 1, id: "b", ...named("second", '{"b":2}') }),
      ],
    ],
    [
      "in pieces without an index",
      [
        calling({ id: "a", ...named("first", '{"a"') }),
        calling({ function: { arguments: ":1}" } }),
        calling({ id: "b", ...named("second", '{"b":2}') }),
      ],
    ],
    ["with arguments as an object", [calling(named("first", { a: 1 }), named("second", { b: 2 }))]],
    [
      "with the same id twice",
      [
        calling({ index: 0, id: "a", ...named("first", '{"a":1}') }),
        calling({ index: 1, id: "a", ...named("second", '{"b":2}') }),
      ],
    ],
    [
      "where the second begins with the first one's index (DeepSeek behind a gateway)",
      [
        calling({ index: 0, id: "a", ...named("first", '{"a":1}') }),
        calling({ index: 0, id: "b", ...named("second") }),
        calling({ index: 1, function: { arguments: '{"b"' } }),
        calling({ index: 1, function: { arguments: ":2}" } }),
      ],
    ],
    [
      "where an id goes on without its index, or with another",
      [
        calling({ index: 0, id: "a", ...named("first", '{"a"') }),
        calling({ id: "a", function: { arguments: ":1}" } }),
        calling({ index: 0, id: "b", ...named("second", '{"b"') }),
        calling({ index: 1, id: "b", function: { arguments: ":2}" } }),
      ],
    ],
  ])("%s", async (_, script) => {
    for (const reason of ["tool_calls", "stop"]) {
      const { calls, reason: finish } = await remote.outcome([...script, ends(reason), done]);
      expect(calls).toMatchObject(two);
      expect(calls.every(({ id }) => id !== "")).toBe(true);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
      expect(finish).toBe("tool_calls");
    }
  });

  test("the same one twice in a row is two calls, and no arguments are none", async () => {
    const { calls } = await remote.outcome([
      calling({ index: 0, ...named("tick", "{}") }, { index: 0, ...named("tick", "{}") }),
      calling({ index: 1, id: "c", ...named("list", "") }),
      ends(),
      done,
    ]);
    expect(calls).toMatchObject([
      { name: "tick" },
      { name: "tick" },
      { name: "list", arguments: "{}" },
    ]);
  });

  test("of an answer that was cut for length none is made", async () => {
    const script = [calling({ index: 0, id: "a", ...named("first", '{"a') }), ends("length"), done];
    expect(await remote.outcome(script)).toMatchObject({ calls: [], reason: "length" });
  });

  test("with a turn that says tool_calls and calls nothing is an answer", async () => {
    expect(await remote.outcome([says("Hi"), ends("tool_calls"), done])).toMatchObject({
      reason: "stop",
    });
  });
});
