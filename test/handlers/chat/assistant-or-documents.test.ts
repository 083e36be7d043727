import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createChatter } from "../../support/apps/assistant.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { toSourceDocument } from "../../support/apps/parse.ts";
import { collectEvents } from "../../support/clients/events.ts";

const content =
  "# Manual\n\n## Rename a branch\n\nTo rename a branch to main, run git branch -m main.\n\n## Remove an item from the list\n\nTo remove an item from the list, call list.remove.\n\n## Add an item to the list\n\nTo add an item to the list, call list.append.\n\n## Mark an issue as done\n\nTo mark an issue as done, drag it to the last column.";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp();
  await docent.app.ingest("manual", readManual(), { missing: "remove", urlBase: null });
});
afterAll(() => docent.close());

async function* readManual() {
  yield toSourceDocument({ path: "manual.md", content, mediaType: "text/markdown" });
}

async function askAsGuest(message: string): Promise<string> {
  const heard = await collectEvents(await docent.post("/api/chat", { message }));
  return String(heard.at(-1)?.data["content"]);
}

describe("what may be about the documents is answered from them", () => {
  test.each([
    ["rename a branch to main", "git branch -m"],
    ["rename a branch", "git branch -m"],
    ["remove an item from the list", "list.remove"],
    ["add an item to the list", "list.append"],
    ["mark an issue as done", "drag it"],
  ])("%s", async (message, answer) => {
    const ana = await createChatter(docent);
    await ana.addTask("Buy milk");
    expect((await ana.ask(message)).text).toContain(answer);
    expect(await ana.tasks()).toEqual(["Buy milk"]);
    expect(await askAsGuest(message)).toContain(answer);
  });

  test("unless there is such a task", async () => {
    const ana = await createChatter(docent);
    await ana.addTask("Rename a branch");
    await ana.addTask("Close an issue");
    await ana.ask("mark an issue as done");
    await ana.ask("rename rename a branch to main");
    expect(await ana.tasks()).toEqual(["Close an issue ✓", "main"]);
  });
});
