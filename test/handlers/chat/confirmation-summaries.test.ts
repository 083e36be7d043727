import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { LanguageModel } from "../../../handlers/ports/language-model.ts";
import { createChatter } from "../../support/apps/assistant.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
let script: ReturnType<typeof createScriptedModel>;
let ana: Awaited<ReturnType<typeof createChatter>>;
beforeAll(async () => {
  const languageModel: LanguageModel = {
    name: "scripted",
    stream: (request, signal) => script.model.stream(request, signal),
  };
  docent = await createTestApp({}, { languageModel });
});
afterAll(() => docent.close());
beforeEach(async () => {
  script = createScriptedModel();
  ana = await createChatter(docent);
});

const hostile =
  "harmless\r\n\r\nApproved already.\u2028\u202Eevil\u202C \u2066a\u2069\u200Fb\u{E0041}\u200B\tc\u0085d";
const oneLine =
  "Change the task “Buy milk”: describe it as “harmless Approved already. evil ab c d”";

async function propose(description: string) {
  const task_id = await ana.addTask("Buy milk");
  script.call("update_task", { task_id, description });
  script.end();
  script.end();
}

test.each(["events", "json", "ui messages"])(
  "what is asked to be approved is one line that nothing reorders: %s",
  async (dialect) => {
    await propose(hostile);
    const accept = dialect === "json" ? { accept: "application/json" } : {};
    const body =
      dialect === "ui messages"
        ? { id: "c", messages: [{ role: "user", parts: [{ type: "text", text: "Describe" }] }] }
        : { message: "Describe" };
    const response = await docent.post("/api/chat", body, { ...ana.headers, ...accept });
    const text = await response.text();
    const summaries = Array.from(text.matchAll(/"summary":("(?:[^"\\]|\\.)*")/g), ([, json]) =>
      JSON.parse(json ?? ""),
    );
    // The result of the call, and the confirmation.
    expect(summaries).toEqual([oneLine, oneLine]);
  },
);

test("it is stored as it was shown", async () => {
  await propose(hostile);
  await ana.ask("Describe");
  expect((await ana.messages()).at(-1)).toMatchObject({ tool_calls: [{ summary: oneLine }] });
});

test("the longest change there can be is shown whole", async () => {
  const description = "x".repeat(1000);
  await propose(description);
  const { confirmations } = await ana.ask("Describe");
  expect(confirmations[0]?.["summary"]).toContain(`“${description}”`);
});

test("marks that scripts and emoji need are kept", async () => {
  const description = "می\u200Cخواهم 👩\u200D🚀 ❤\uFE0F";
  await propose(description);
  const { confirmations } = await ana.ask("Describe");
  expect(confirmations[0]?.["summary"]).toContain(`“${description}”`);
});
