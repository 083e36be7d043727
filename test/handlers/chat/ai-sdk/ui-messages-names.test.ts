import { describe, expect, test } from "vitest";
import { bearer, logIn, register, startGuest } from "../../../support/clients/people.ts";
import { signIn } from "../../../support/clients/signed-in.ts";
import { openUiChat } from "../../../support/clients/ui-chat.ts";
import { useUiDocent } from "../../../support/apps/ui-docent.ts";

const ui = useUiDocent();

describe("a client's name for a conversation", () => {
  test("is its own: another's conversation of that name is another", async () => {
    const other = { ...(await signIn(ui.docent)).headers };
    const id = "shared name";
    ui.say("Mine.");
    await openUiChat(ui.docent, { id, headers: ui.headers }).ask("My secret");
    ui.say("Yours.");
    await openUiChat(ui.docent, { id, headers: other }).ask("Hello");
    expect(ui.script().requests[1]?.messages).toEqual([{ role: "user", content: "Hello" }]);
    expect((await ui.messages(ui.headers)).map(({ content }) => content)).toEqual([
      "My secret",
      "Mine.",
    ]);
    expect((await ui.messages(other)).map(({ content }) => content)).toEqual(["Hello", "Yours."]);
  });

  test("that is another's conversation's id leads to nothing of theirs", async () => {
    ui.say("Mine.");
    await openUiChat(ui.docent, { headers: ui.headers }).ask("My secret");
    const [mine] = await ui.conversations(ui.headers);
    const other = { ...(await signIn(ui.docent)).headers };
    const chat = openUiChat(ui.docent, { id: String(mine?.id), headers: other });
    await chat.resumeStream();
    expect(chat.responses[0]?.status).toBe(404);
    ui.say("Yours.");
    await chat.ask("Hello");
    expect(await ui.messages(ui.headers)).toHaveLength(2);
    expect((await ui.conversations(other))[0]?.id).not.toBe(mine?.id);
  });

  test("that nobody has used yet has nothing to resume, with a token and without", async () => {
    for (const headers of [ui.headers, {}]) {
      const chat = openUiChat(ui.docent, { id: "7Fq2xLw0sKdPzT4b", headers });
      await chat.resumeStream();
      expect(chat).toMatchObject({ status: "ready", error: undefined });
    }
  });

  test("can be the conversation's id: it goes on", async () => {
    ui.say("First.");
    await openUiChat(ui.docent, { headers: ui.headers }).ask("One?");
    const [conversation] = await ui.conversations(ui.headers);
    ui.say("Second.");
    await openUiChat(ui.docent, { id: String(conversation?.id), headers: ui.headers }).ask("Two?");
    expect(await ui.conversations(ui.headers)).toHaveLength(1);
    expect(await ui.messages(ui.headers)).toHaveLength(4);
  });

  test("begun twice at once is one conversation", async () => {
    const chats = [1, 2, 3].map(() =>
      openUiChat(ui.docent, { id: "at once", headers: ui.headers }),
    );
    const asking = Promise.all(chats.map((chat) => chat.ask("Hello?")));
    const statuses = () => chats.map(({ responses }) => responses[0]?.status ?? 0);
    // While the one is answered.
    await expect
      .poll(() => statuses().toSorted((one, other) => one - other))
      .toEqual([200, 409, 409]);
    ui.say("Yes.");
    await asking;
    expect(await ui.conversations(ui.headers)).toHaveLength(1);
  });

  test("goes along when a guest becomes an account, unless the account has that name already", async () => {
    const person = await register(ui.docent);
    const account = bearer(person.access_token);
    ui.say("Account's.");
    await openUiChat(ui.docent, { id: "both", headers: account }).ask("As the account");
    const guest = await startGuest(ui.docent);
    const before = bearer(guest.access_token);
    ui.say("Guest's.");
    await openUiChat(ui.docent, { id: "both", headers: before }).ask("As a guest");
    ui.say("Alone.");
    await openUiChat(ui.docent, { id: "guest only", headers: before }).ask("As a guest, too");
    const after = bearer((await logIn(ui.docent, person.user.email, before)).access_token);
    expect(await ui.conversations(after)).toHaveLength(3);
    ui.say("On.");
    await openUiChat(ui.docent, { id: "both", headers: after }).ask("Again");
    expect(ui.script().requests.at(-1)?.messages[0]).toMatchObject({ content: "As the account" });
    ui.say("On.");
    await openUiChat(ui.docent, { id: "guest only", headers: after }).ask("Again");
    expect(ui.script().requests.at(-1)?.messages[0]).toMatchObject({ content: "As a guest, too" });
    expect(await ui.conversations(after)).toHaveLength(3);
  });
});
