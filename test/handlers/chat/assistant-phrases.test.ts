import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createChatter } from "../../support/apps/assistant.ts";
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

describe("the extractive model understands other words for the same", () => {
  test.each([
    ["create task pay taxes", ["pay taxes"]],
    ["please, could you add a task to call the plumber?", ["call the plumber"]],
    ["I'd like to add a task to feed the cat", ["feed the cat"]],
    ["set a reminder to call mum", ["call mum"]],
    ["add reminder call Bob", ["call Bob"]],
    ["todo: water the plants", ["water the plants"]],
    ["Don't forget to water the plants!", ["water the plants"]],
    ["remind me tomorrow at 9 to call Anna", ["call Anna tomorrow at 9"]],
    ["add tasks: bread, butter and “oat milk”", ["oat milk", "butter", "bread"]],
    ["add two tasks to buy bread and call mum", ["call mum", "buy bread"]],
  ])("adding: %s", async (message, tasks) => {
    await ana.ask(message);
    expect(await ana.tasks()).toEqual(tasks);
  });

  test.each([
    "tasks",
    "to-do list",
    "how many tasks do I have?",
    "What do I have to do today?",
    "what's left?",
  ])("listing: %s", async (message) => {
    await haveTasks("Buy milk", "Call mum");
    expect((await ana.ask(message)).text).toMatch(/^You have 2 (?:open )?tasks:/);
  });

  test.each([
    ["task 1 is done", ["Buy milk ✓", "Call mum"]],
    ["I finished task 2", ["Buy milk", "Call mum ✓"]],
    ["done with the first task", ["Buy milk ✓", "Call mum"]],
    ["update task 1 title to Foo", ["Foo", "Call mum"]],
    ["change task 2's title to Foo", ["Buy milk", "Foo"]],
  ])("changing: %s", async (message, tasks) => {
    await haveTasks("Buy milk", "Call mum");
    await ana.ask(message);
    expect(await ana.tasks()).toEqual(tasks);
  });

  test.each(["delete completed tasks", "clear my done tasks", "remove all finished tasks"])(
    "several: %s",
    async (message) => {
      await haveTasks("Buy milk", "Call mum", "Pay rent");
      await ana.ask("complete task 1");
      await ana.ask("complete task 1");
      expect((await ana.ask(message)).confirmations).toHaveLength(2);
    },
  );

  test.each(["delete tasks 1-3", "remove tasks 1 to 3"])("a range: %s", async (message) => {
    await haveTasks("Buy milk", "Call mum", "Pay rent", "Rest");
    expect((await ana.ask(message)).confirmations).toHaveLength(3);
  });

  test("lists by a clause", async () => {
    await haveTasks("Buy milk", "Call mum");
    await ana.ask("complete task 2");
    const { text } = await ana.ask("list my tasks that are done");
    expect(text).toBe("You have 1 completed task:\n\n2. Call mum (done)");
  });

  test.each(["clear my list", "delete my tasks", "wipe all tasks"])("all: %s", async (message) => {
    await haveTasks("Buy milk", "Call mum");
    expect((await ana.ask(message)).confirmations).toHaveLength(2);
  });
  test.each(["delete the list", "delete all tasks"])(
    "all, of which there is one: %s",
    async (message) => {
      await haveTasks("Buy milk");
      expect((await ana.ask(message)).confirmations).toHaveLength(1);
      expect(await ana.tasks()).toEqual(["Buy milk"]);
    },
  );
});

test("more than twenty are asked for in turns, and it is said that there are more", async () => {
  await haveTasks(...Array.from({ length: 23 }, (_, index) => `Task ${index + 1}`));
  const { confirmations, text } = await ana.ask("delete all tasks");
  expect(confirmations).toHaveLength(20);
  expect(text).toContain("These are 20 of 23. Ask again for the others.");
});

describe("what a request leaves open is asked for", () => {
  test.each(["add a task", "Can you add a task?", "new task", "add a task called"])(
    "%s",
    async (message) => {
      expect((await ana.ask(message)).text).toMatch(/^What is to be done\?/);
      expect(await ana.tasks()).toEqual([]);
    },
  );

  test("what is added without a word of tasks", async () => {
    expect((await ana.ask("add milk")).text).toBe("Is that a task? Then say “add task: milk”.");
  });

  test.each(["rename task 2", "edit the task call mum"])("a new title: %s", async (message) => {
    await haveTasks("Buy milk", "Call mum");
    const { text } = await ana.ask(message);
    expect(text).toBe("What is its new title? Say it like “rename task 2 to buy oat milk”.");
  });

  test.each(["delete a task", "delete it", "Can you delete tasks?"])(
    "which: %s",
    async (message) => {
      await haveTasks("Buy milk", "Call mum");
      expect((await ana.ask(message)).text).toBe(
        "Which one do you mean? Say its number.\n\n1. Buy milk\n2. Call mum",
      );
      expect((await ana.ask("2")).text).toBe("I deleted “Call mum”.");
      expect(await ana.tasks()).toEqual(["Buy milk"]);
    },
  );

  test("and a number that has come to mean another task is not taken", async () => {
    await haveTasks("Buy milk", "Call mum");
    await ana.ask("delete a task");
    await ana.addTask("Pay rent");
    expect((await ana.ask("2")).text).toMatch(/^Your list has changed meanwhile/);
    expect(await ana.tasks()).toHaveLength(3);
  });
});

describe("what only tells something changes nothing", () => {
  test.each([
    "Call mum is done for",
    "I want to complete call mum",
    "I finished call mum",
    "everything is done",
    "the documents are finished",
    "clear the cache",
    "add-ons",
  ])("%s", async (message) => {
    await haveTasks("Call mum", "Buy milk");
    expect((await ana.ask(message)).calls.filter(({ tool }) => tool !== "list_tasks")).toEqual([]);
    expect(await ana.tasks()).toEqual(["Call mum", "Buy milk"]);
  });
});

test("what is done already is not asked for again", async () => {
  await haveTasks("Buy milk", "Call mum");
  await ana.ask("complete task 1");
  await ana.ask("complete task 1");
  const { text, confirmations } = await ana.ask("complete all tasks");
  expect([text, confirmations]).toEqual(["All of them are done already.", []]);
  await ana.ask("reopen task 1");
  expect((await ana.ask("complete all tasks")).text).toMatch(/^I marked “(?:Buy milk|Call mum)”/);
});

test("a yes to a confirmation does nothing, and is told what would", async () => {
  await haveTasks("Buy milk", "Call mum");
  await ana.ask("delete all tasks");
  expect((await ana.ask("yes")).text).toContain("press “Approve”");
  expect(await ana.tasks()).toHaveLength(2);
});

test.each(["ok", "no", "?", "😀"])("%s is not looked up", async (message) => {
  expect((await ana.ask(message)).text).toMatch(/What would you like to know\?$/);
});
