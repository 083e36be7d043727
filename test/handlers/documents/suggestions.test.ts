import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const key = "the operator's key of at least thirty-two bytes";
const operator = { authorization: `Bearer ${key}` };

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: key });
});
afterAll(() => docent.close());
beforeEach(async () => {
  const { documents } = (await (await docent.fetch("/api/documents?limit=100")).json()) as {
    documents: { id: string }[];
  };
  for (const { id } of documents) {
    await docent.fetch(`/api/documents/${id}`, { method: "DELETE", headers: operator });
  }
});

async function ingest(documents: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(documents)) {
    expect((await docent.post("/api/documents", { path, content }, operator)).status).toBe(201);
  }
}

async function suggestions(): Promise<string[]> {
  const reply = (await (await docent.fetch("/api/suggestions")).json()) as {
    suggestions: string[];
  };
  return reply.suggestions;
}

const page = (title: string, ...headings: string[]): string =>
  [
    `# ${title}`,
    "It says this.",
    ...headings.flatMap((heading) => [`## ${heading}`, "Words."]),
  ].join("\n\n");

test("none without documents", async () => {
  expect(await suggestions()).toEqual([]);
});

test("leave out questions to the reader", async () => {
  await ingest({ "stuck.md": page("The arm's joints", "Still stuck?", "What’s next?") });
  expect(await suggestions()).toEqual(["The arm's joints"]);
});

test("prefer questions, then titles of other folders, at most two of one folder", async () => {
  await ingest({
    "arm/a.md": page(
      "The arm's joints",
      "How far does it bend?",
      "Which oil?",
      "Why does it creak?",
    ),
    "arm/b.md": page("The arm's motors", "Is it loud?"),
    "eye/lens.md": page("The lens of the eye", "Cleaning it"),
    "leg/foot.md": page("Introduction", "Standing on one foot"),
    "leg/knee.md": page("The knee of the leg"),
  });
  expect(await suggestions()).toEqual([
    "How far does it bend?",
    "Is it loud?",
    "The lens of the eye",
    "The knee of the leg",
  ]);
});

test("of a single folder are questions, then titles, then headings", async () => {
  await ingest({
    "one.md": page("The first page", "A heading of the first"),
    "two.md": page("The second page", "What turns?"),
  });
  expect(await suggestions()).toEqual([
    "What turns?",
    "The first page",
    "The second page",
    "A heading of the first",
  ]);
});

test("name what several pages have in common last", async () => {
  await ingest({
    "errors/one.md": page("Error number one", "What went wrong?"),
    "errors/two.md": page("Error number two", "What went wrong?"),
    "guide/start.md": page("The way to start", "Learning objectives"),
    "guide/stop.md": page("The way to stop", "Learning objectives"),
  });
  expect((await suggestions()).toSorted()).toEqual([
    "Error number one",
    "Error number two",
    "The way to start",
    "The way to stop",
  ]);
});

test("know questions of other scripts, and leave out what is too long for a button", async () => {
  const long = `Why ${"so very long ".repeat(6)}?`;
  await ingest({ "关节/转.md": page(long, "关节为什么转动？", "هل يدور المفصل؟", long) });
  expect(await suggestions()).toEqual(["关节为什么转动？", "هل يدور المفصل؟"]);
});
