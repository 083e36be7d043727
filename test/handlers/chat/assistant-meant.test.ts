import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createChatter } from "../../support/apps/assistant.ts";
import { collectEvents } from "../../support/clients/events.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
let ana: Awaited<ReturnType<typeof createChatter>>;
beforeAll(async () => (docent = await createTestApp()));
afterAll(() => docent.close());
beforeEach(async () => {
  ana = await createChatter(docent);
});

/** Adds them so that the first one is task 1. */
async function haveTasks(...titles: string[]) {
  for (const title of titles.toReversed()) await ana.addTask(title);
}

test("a number that was not offered is asked for again", async () => {
  await haveTasks("Buy milk", "Call mum", "Buy milk");
  const { text } = await ana.ask("delete the task buy milk");
  for (const choice of ["2", "the fifth one"]) expect((await ana.ask(choice)).text).toBe(text);
  expect(await ana.tasks()).toEqual(["Buy milk", "Call mum", "Buy milk"]);
  await ana.ask("3");
  expect(await ana.tasks()).toEqual(["Buy milk", "Call mum"]);
});

test("where any task may be meant, one that was not shown can be named", async () => {
  await haveTasks(...Array.from({ length: 22 }, (_, index) => `Task ${index + 1}`));
  await ana.ask("delete a task");
  expect((await ana.ask("22")).text).toBe("I deleted “Task 22”.");
});

test.each([
  ["change task 1 to done", ["Buy milk ✓", "Call mum"]],
  ["Set the first task to completed.", ["Buy milk ✓", "Call mum"]],
  ["update the task call mum to done", ["Buy milk", "Call mum ✓"]],
  ["change task 1's status to done", ["Buy milk ✓", "Call mum"]],
  ["change task 1's title to done", ["done", "Call mum"]],
  ["rename task 1 to done", ["done", "Call mum"]],
])("a state is no title: %s", async (message, left) => {
  await haveTasks("Buy milk", "Call mum");
  await ana.ask(message);
  expect(await ana.tasks()).toEqual(left);
  if (left[0]?.endsWith("✓")) {
    await ana.ask("change task 2 to not done");
    expect(await ana.tasks()).toEqual(["Buy milk", "Call mum"]);
  }
});

test.each(["delete the completed task", "delete my new task", "remove the other task"])(
  "%s is no title: which one is meant is asked for",
  async (message) => {
    await haveTasks("Get form completed", "Buy new shoes", "Call the other supplier");
    expect((await ana.ask(message)).text).toMatch(/^Which one do you mean\?/);
    expect(await ana.tasks()).toHaveLength(3);
  },
);

test.each([
  ["Add a new task to my to-do list.", /^What is to be done\?/, []],
  ["add a task to my list: buy milk", /^I added/, ["buy milk"]],
  ["add a task to the list called buy milk", /^I added/, ["buy milk"]],
  ["add a task for me to buy milk", /^I added/, ["buy milk"]],
  ["add tasks to my list: milk, eggs", /^I added/, ["eggs", "milk"]],
  ["add a task to the board", /^Is that a task\?/, []],
  ["add tasks to a project", /./, []],
])("where to is not what: %s", async (message, text, tasks) => {
  expect((await ana.ask(message)).text).toMatch(text);
  expect(await ana.tasks()).toEqual(tasks);
});

test.each([
  ["add a task to say thank you", "say thank you"],
  ["remind me tomorrow to say thanks.", "say thanks tomorrow"],
  ["add a task to buy milk, thanks!", "buy milk"],
  ["please add buy milk to my list for me, please", "buy milk"],
  ["Could you add a task to call now please?", "call now"],
])("a title keeps its last words: %s", async (message, title) => {
  await ana.ask(message);
  expect(await ana.tasks()).toEqual([title]);
});

test("a new title keeps its last words", async () => {
  await haveTasks("Call");
  await ana.ask("rename task 1 to Buy a gift for me");
  expect(await ana.tasks()).toEqual(["Buy a gift for me"]);
  expect((await ana.ask("rename task 1 for me")).text).toMatch(/^What is its new title\?/);
});

test.each([
  ['add tasks: "Buy milk, eggs and bread", call mum', ["call mum", "Buy milk, eggs and bread"]],
  ['add tasks "Foo" and "Bar, too"', ["Bar, too", "Foo"]],
  ["Add task “Foo”, „Bar“ and «Baz».", ["Baz", "Bar", "Foo"]],
  ['add task: "Read chapter 1 and 2"', ["Read chapter 1 and 2"]],
])("quotation marks hold a title together: %s", async (message, tasks) => {
  await ana.ask(message);
  expect(await ana.tasks()).toEqual(tasks);
});

test("says so when a message names more tasks than are added at a time", async () => {
  const titles = Array.from({ length: 23 }, (_, index) => `t${index}`);
  const { text } = await ana.ask(`add tasks: ${titles.join(", ")}`);
  expect(await ana.tasks()).toEqual(titles.slice(0, 20).toReversed());
  expect(text).toMatch(/Only 20 changes are made at a time\. Ask again for the others\.$/);
});

test("where neither the tasks nor the documents have what may be either, it is told what is missing", async () => {
  expect((await ana.ask("mark quux as done")).text).toBe("I found no task called “quux”.");
  expect((await ana.ask("put oat milk on the list")).text).toContain("“add task: oat milk”");
  const response = await docent.post("/api/chat", { message: "mark quux as done" });
  const told = (await collectEvents(response)).at(-1)?.data["content"];
  expect(told).toMatch(/^Sign in to keep tasks/);
});

test.each(["add task: ", "rename task 1 to "])(
  "tells how long a title may be: %s…",
  async (command) => {
    await haveTasks("Buy milk");
    const { text } = await ana.ask(`${command}${"x".repeat(201)}`);
    expect(text).toMatch(/^That did not work\. A title has 1 to 200 visible characters/);
    expect(await ana.tasks()).toEqual(["Buy milk"]);
  },
);
