import { describe, expect, test } from "vitest";
import { openUiChat } from "../../../support/clients/ui-chat.ts";
import { useUiDocent, userMessage } from "../../../support/apps/ui-docent.ts";

const ui = useUiDocent();

/** A chat whose client has stopped reading an answer that is still being written. */
async function stoppedChat() {
  const chat = openUiChat(ui.docent, { headers: ui.headers });
  ui.script().say("One, ");
  const asking = chat.ask("Count");
  await expect.poll(() => chat.text()).toBe("One, ");
  await chat.stop();
  await asking;
  expect(chat.status).toBe("ready");
  return chat;
}

describe("after the client's own stop()", () => {
  test("a new message is answered, and what was said is kept as stopped", async () => {
    const chat = await stoppedChat();
    const asking = chat.ask("Something else?");
    await expect.poll(() => ui.script().requests).toHaveLength(2);
    ui.say("Yes.");
    await asking;
    expect(chat.error).toBeUndefined();
    expect(chat.text()).toBe("Yes.");
    expect(await ui.messages(ui.headers)).toMatchObject([
      { content: "Count" },
      { content: "One, ", status: "stopped" },
      { content: "Something else?" },
      { content: "Yes.", status: "complete" },
    ]);
  });

  test("regenerate() replaces the stopped answer", async () => {
    const chat = await stoppedChat();
    const asking = chat.regenerate();
    await expect.poll(() => ui.script().requests).toHaveLength(2);
    ui.say("One, two.");
    await asking;
    expect(chat.error).toBeUndefined();
    expect((await ui.messages(ui.headers)).map(({ content }) => content)).toEqual([
      "Count",
      "One, two.",
    ]);
  });

  test("that came before the answer's first event, a new message is answered", async () => {
    const count = userMessage("Count");
    const first = await ui.docent.post("/api/chat", { id: "early", messages: [count] }, ui.headers);
    await first.body?.cancel();
    await expect.poll(() => ui.script().requests).toHaveLength(1);
    const body = { id: "early", messages: [count, userMessage("Something else?")] };
    const second = await ui.docent.post("/api/chat", body, ui.headers);
    expect(second.status).toBe(200);
    ui.say("Yes.");
    expect(await second.text()).toContain("Yes.");
  });

  test("a session that has ended stops nothing", async () => {
    const chat = await stoppedChat();
    const sessions = await (
      await ui.docent.fetch("/api/auth/sessions", { headers: ui.headers })
    ).json();
    for (const { id } of sessions.sessions) {
      await ui.docent.fetch(`/api/auth/sessions/${id}`, { method: "DELETE", headers: ui.headers });
    }
    await chat.ask("Something else?");
    expect(chat.responses.at(-1)?.status).toBe(401);
    expect(ui.signal()?.aborted).toBe(false);
    ui.script().end();
  });
});

test("another window that does not know of the running answer has to wait", async () => {
  const first = openUiChat(ui.docent, { id: "two windows", headers: ui.headers });
  const asking = first.ask("Count");
  await expect.poll(() => ui.script().requests).toHaveLength(1);
  const second = openUiChat(ui.docent, { id: "two windows", headers: ui.headers });
  await second.ask("Something else?");
  expect(second.responses[0]?.status).toBe(409);
  ui.say("One.");
  await asking;
  expect(first.text()).toBe("One.");
});

test("a message with a file is refused in words, and the next one is answered", async () => {
  const chat = openUiChat(ui.docent, { headers: ui.headers });
  const file = {
    type: "file" as const,
    mediaType: "text/plain",
    filename: "notes.txt",
    url: "data:text/plain,Boats",
  };
  await chat.sendMessage({ text: "What is in this?", files: [file] });
  expect(JSON.parse(chat.error?.message ?? "")).toMatchObject({
    status: 400,
    code: "invalid_input",
    errors: [{ path: "body.messages", message: "must not contain files: a question is text" }],
  });
  ui.say("Yes.");
  await chat.ask("Do boats float?");
  expect(chat.text()).toBe("Yes.");
});
