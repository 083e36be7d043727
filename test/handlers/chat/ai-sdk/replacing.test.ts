import { describe, expect, test } from "vitest";
import { openUiChat } from "../../../support/clients/ui-chat.ts";
import { useUiDocent, userMessage } from "../../../support/apps/ui-docent.ts";

const ui = useUiDocent();

const stored = async () => (await ui.messages(ui.headers)).map(({ content }) => content);

/** A chat with these questions, the n-th of which is answered "Answer n". */
async function chatWith(...questions: string[]) {
  const chat = openUiChat(ui.docent, { headers: ui.headers });
  for (const [index, question] of questions.entries()) {
    ui.say(`Answer ${index + 1}`);
    await chat.ask(question);
  }
  return chat;
}

function shown({ messages }: ReturnType<typeof openUiChat>): string[] {
  return messages.map(({ parts }) =>
    parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join(""),
  );
}

describe("regenerate", () => {
  test("replaces the last answer, which the model does not see", async () => {
    const chat = await chatWith("One?", "Two?");
    ui.say("Better 2");
    await chat.regenerate();
    expect(chat.error).toBeUndefined();
    expect(shown(chat)).toEqual(["One?", "Answer 1", "Two?", "Better 2"]);
    expect(await stored()).toEqual(["One?", "Answer 1", "Two?", "Better 2"]);
    expect(ui.script().requests.at(-1)?.messages).toEqual([
      { role: "user", content: "One?" },
      { role: "assistant", content: "Answer 1" },
      { role: "user", content: "Two?" },
    ]);
  });

  test("of an earlier answer replaces what follows, too", async () => {
    const chat = await chatWith("One?", "Two?", "Three?");
    ui.say("Better 1");
    await chat.regenerate({ messageId: chat.messages[1]?.id ?? "" });
    expect(await stored()).toEqual(["One?", "Better 1"]);
    expect(shown(chat)).toEqual(await stored());
  });

  test("twice, and then a new question: goes on after the last answer", async () => {
    const chat = await chatWith("One?", "Two?");
    for (const answer of ["Better", "Best"]) {
      ui.say(answer);
      await chat.regenerate();
    }
    ui.say("Answer 3");
    await chat.ask("Three?");
    expect(await stored()).toEqual(["One?", "Answer 1", "Two?", "Best", "Three?", "Answer 3"]);
  });

  test("replaces the last turn where the client's ids are its own", async () => {
    const chat = await chatWith("One?", "Two?");
    chat.messages = chat.messages.map((message, index) => ({ ...message, id: `own-${index}` }));
    ui.say("Better 2");
    await chat.regenerate();
    expect(await stored()).toEqual(["One?", "Answer 1", "Two?", "Better 2"]);
  });

  test("cannot reach into another conversation", async () => {
    const other = await chatWith("Other?");
    const otherId = other.messages[1]?.id ?? "";
    const chat = await chatWith("One?", "Two?");
    ui.say("Better 2");
    const body = {
      id: chat.id,
      trigger: "regenerate-message",
      messageId: otherId,
      messages: [{ id: otherId, role: "assistant", parts: [] }, userMessage("Two?")],
    };
    await (await ui.docent.post("/api/chat", body, ui.headers)).text();
    expect(await stored()).toEqual(["One?", "Answer 1", "Two?", "Better 2"]);
    const all = await ui.conversations(ui.headers);
    expect(all).toHaveLength(2);
    const path = `/api/conversations/${all[1]?.id}`;
    expect(
      (await (await ui.docent.fetch(path, { headers: ui.headers })).json()).messages,
    ).toHaveLength(2);
  });

  test("withdraws what the replaced answer proposed", async () => {
    const chat = openUiChat(ui.docent, { headers: ui.headers });
    const task = await ui.docent.post("/api/tasks", { title: "Old" }, ui.headers);
    ui.script().call("delete_task", { task_id: (await task.json()).id });
    ui.script().end();
    ui.say("Shall I?");
    await chat.ask("Clean up");
    const [asked] = chat.parts("data-confirmation") as { data: { id: string } }[];
    ui.say("No need.");
    await chat.regenerate();
    const body = { id: chat.id, messages: [], confirm: { id: asked?.data.id, approve: true } };
    expect((await ui.docent.post("/api/chat", body, ui.headers)).status).toBe(404);
  });
});

describe("an edited message", () => {
  test.each([
    [0, ["One!", "New"]],
    [2, ["One?", "Answer 1", "One!", "New"]],
  ])("replaces its earlier text and what follows: message %i", async (index, expected) => {
    const chat = await chatWith("One?", "Two?", "Three?");
    ui.say("New");
    await chat.sendMessage({ text: "One!", messageId: chat.messages[index]?.id ?? "" });
    expect(chat.error).toBeUndefined();
    expect(shown(chat)).toEqual(expected);
    expect(await stored()).toEqual(expected);
  });

  test("keeps an answer that a confirmation continued", async () => {
    const chat = openUiChat(ui.docent, { headers: ui.headers });
    const task = await ui.docent.post("/api/tasks", { title: "Old" }, ui.headers);
    ui.script().call("delete_task", { task_id: (await task.json()).id });
    ui.script().end();
    ui.say("Shall I?");
    await chat.ask("Clean up");
    const [asked] = chat.parts("data-confirmation") as { data: { id: string } }[];
    ui.say("Gone.");
    await chat.sendMessage(undefined, { body: { confirm: { id: asked?.data.id, approve: true } } });
    ui.say("Answer 2");
    await chat.ask("Two?");
    ui.say("New");
    await chat.sendMessage({ text: "Two!", messageId: chat.messages.at(-2)?.id ?? "" });
    expect(await stored()).toEqual(["Clean up", "Shall I?", "Gone.", "Two!", "New"]);
  });
});

test("a new question replaces nothing, whatever messages the client sends", async () => {
  const chat = await chatWith("One?", "Two?");
  chat.messages = [];
  ui.say("Answer 3");
  await chat.ask("Three?");
  expect(await stored()).toEqual(["One?", "Answer 1", "Two?", "Answer 2", "Three?", "Answer 3"]);
});
