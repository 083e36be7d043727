import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const adminKey = "an administrator's key of more than thirty-two bytes";
const fence = "```";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey });
});
afterAll(() => docent.close());

interface Reply {
  readonly response: string;
  readonly sources: readonly { readonly excerpt: string; readonly heading_path: string[] }[];
}

/** Asks about a page, which is the only one that has the question's words. */
async function ask(message: string, path: string, content: string): Promise<Reply> {
  const authorization = `Bearer ${adminKey}`;
  const taken = await docent.post("/api/documents", { path, content }, { authorization });
  expect(taken.status).toBe(201);
  const accept = { accept: "application/json" };
  const response = await docent.post("/api/chat", { message }, accept);
  return (await response.json()) as Reply;
}

test("code that begins a list item is code, and what follows is not", async () => {
  const page = `# Kettle\n\nTo descale the kettle:\n\n1. ${fence}sh\n   kettle descale\n   # wait\n   ${fence}\n2. Empty the kettle.\n\nRinse it *twice*.`;
  const { response, sources } = await ask("How do I descale the kettle?", "kettle.md", page);
  expect(response).toContain(
    `To descale the kettle:\n\n${fence}sh\nkettle descale\n# wait\n${fence}`,
  );
  expect(sources[0]?.excerpt).toBe(
    "To descale the kettle:\n\nkettle descale\n# wait\nEmpty the kettle.\n\nRinse it twice.",
  );
});

test("code in a quote ends with its fence or with the quote", async () => {
  const page = `# Toaster\n\nTo toast:\n\n> ${fence}sh\n> toast\n> ${fence}\n>\n> A *warm* toaster is faster.\n\nAgain:\n\n> ${fence}\n> toast twice\n\nUnplug the **toaster**.`;
  const { sources } = await ask("Is a warm toaster faster?", "toaster.md", page);
  expect(sources[0]?.excerpt).toBe(
    "To toast:\n\ntoast\n\nA warm toaster is faster.\n\nAgain:\n\ntoast twice\n\nUnplug the toaster.",
  );
});
