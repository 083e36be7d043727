import * as ai7 from "ai";
import * as ai5 from "ai5";
import * as ai6 from "ai6";
import { describe, expect, test } from "vitest";
import { openUiChat, type Sdk } from "../../../support/clients/ui-chat.ts";
import { useUiDocent } from "../../../support/apps/ui-docent.ts";

const ui = useUiDocent();

const stored = async () => (await ui.messages(ui.headers)).map(({ content }) => content);

describe.each<[string, Sdk]>([
  ["5", ai5 as unknown as Sdk],
  ["6", ai6 as unknown as Sdk],
  ["7", ai7],
])("version %s of the AI SDK", (_name, version) => {
  test("asks, regenerates, edits and goes on", async () => {
    const chat = openUiChat(ui.docent, { headers: ui.headers, version });
    const answers = async (answer: string, asking: () => Promise<void>) => {
      ui.say(answer);
      await asking();
      expect(chat.error).toBeUndefined();
      expect(chat.text()).toBe(answer);
    };
    await answers("Answer 1", () => chat.ask("One?"));
    await answers("Answer 2", () => chat.ask("Two?"));
    await answers("Better 2", () => chat.regenerate());
    expect(await stored()).toEqual(["One?", "Answer 1", "Two?", "Better 2"]);
    const messageId = chat.messages[2]?.id ?? "";
    await answers("New 2", () => chat.sendMessage({ text: "Two!", messageId }));
    expect(await stored()).toEqual(["One?", "Answer 1", "Two!", "New 2"]);
    await answers("Answer 3", () => chat.ask("Three?"));
    expect(await stored()).toEqual(["One?", "Answer 1", "Two!", "New 2", "Three?", "Answer 3"]);
  });

  test("stops and asks anew, and resumes an answer", async () => {
    const chat = openUiChat(ui.docent, { headers: ui.headers, version });
    ui.script().say("One, ");
    const stopped = chat.ask("Count");
    await expect.poll(() => chat.text()).toBe("One, ");
    await chat.stop();
    await stopped;
    const asking = chat.ask("A story?");
    await expect.poll(() => ui.script().requests).toHaveLength(2);
    ui.script().say("Once ");
    await expect.poll(() => chat.text()).toBe("Once ");
    const other = openUiChat(ui.docent, { id: chat.id, headers: ui.headers, version });
    const resuming = other.resumeStream();
    await expect.poll(() => other.text()).toBe("Once ");
    ui.say("upon a time.");
    await Promise.all([asking, resuming]);
    expect(chat.error).toBeUndefined();
    expect(other.text()).toBe("Once upon a time.");
    expect(await stored()).toEqual(["Count", "One, ", "A story?", "Once upon a time."]);
  });
});
