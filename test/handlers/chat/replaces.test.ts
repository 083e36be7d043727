import { expect, test } from "vitest";
import { useUiDocent } from "../../support/apps/ui-docent.ts";

const ui = useUiDocent();

interface Answer {
  readonly conversation_id: string;
  readonly message_id: string;
}

async function post(body: object): Promise<Response> {
  const headers = { ...ui.headers, accept: "application/json" };
  return ui.docent.post("/api/chat", body, headers);
}

async function ask(answer: string, body: object): Promise<Answer> {
  ui.say(answer);
  return (await post(body)).json();
}

const stored = async () => (await ui.messages(ui.headers)).map(({ content }) => content);

/** A conversation with two questions; the answers, oldest first. */
async function converse(): Promise<[Answer, Answer]> {
  const first = await ask("Answer 1", { message: "One?" });
  const { conversation_id } = first;
  return [first, await ask("Answer 2", { message: "Two?", conversation_id })];
}

test("a question that replaces the last answer is stored in its place", async () => {
  const [, { conversation_id, message_id: replaces }] = await converse();
  const again = await ask("Better 2", { message: "Two?", conversation_id, replaces });
  expect(again.conversation_id).toBe(conversation_id);
  expect(await stored()).toEqual(["One?", "Answer 1", "Two?", "Better 2"]);
  expect(ui.script().requests.at(-1)?.messages).toEqual([
    { role: "user", content: "One?" },
    { role: "assistant", content: "Answer 1" },
    { role: "user", content: "Two?" },
  ]);
});

test("one that replaces an earlier answer replaces what follows, too", async () => {
  const [{ conversation_id, message_id: replaces }] = await converse();
  await ask("New", { message: "Other?", conversation_id, replaces });
  expect(await stored()).toEqual(["Other?", "New"]);
});

test("an id of another conversation, or of none, replaces nothing", async () => {
  const [{ message_id: foreign }] = await converse();
  const [, { conversation_id, message_id: gone }] = await converse();
  await ask("Better 2", { message: "Two?", conversation_id, replaces: gone });
  for (const replaces of [foreign, gone, null]) {
    await ask("Answer", { message: "More?", conversation_id, replaces });
  }
  const more = ["More?", "Answer"];
  expect(await stored()).toEqual([
    "One?",
    "Answer 1",
    "Two?",
    "Better 2",
    ...more,
    ...more,
    ...more,
  ]);
  const [, other] = await ui.conversations(ui.headers);
  const response = await ui.docent.fetch(`/api/conversations/${other?.id}`, {
    headers: ui.headers,
  });
  expect((await response.json()).messages).toHaveLength(4);
});

test.each([
  ["without a conversation", { replaces: crypto.randomUUID() }, "body.conversation_id"],
  ["that is no id", { replaces: "last", conversation_id: crypto.randomUUID() }, "body.replaces"],
])("a message to replace %s is refused", async (_, fields, path) => {
  const response = await post({ message: "One?", ...fields });
  expect(response.status).toBe(400);
  expect((await response.json()).errors).toMatchObject([{ path }]);
});
