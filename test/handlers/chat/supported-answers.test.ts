import { afterAll, beforeAll, expect, test } from "vitest";
import type { LanguageModel } from "../../../handlers/ports/language-model.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { toSourceDocument } from "../../support/apps/parse.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";
import { collectEvents } from "../../support/clients/events.ts";
import { openUiChat } from "../../support/clients/ui-chat.ts";
import { signIn } from "../../support/clients/signed-in.ts";

const roses = `# Roses

## Watering

Roses want water twice a week. In summer they want it every day.

## Pruning

Prune roses in March. Cut above an outward bud.`;
const question = "How often do roses want water, and when do I prune them?";

let docent: TestApp;
let script: ReturnType<typeof createScriptedModel>;
beforeAll(async () => {
  const languageModel: LanguageModel = {
    name: "scripted",
    stream: (request, signal) => script.model.stream(request, signal),
  };
  docent = await createTestApp({}, { languageModel });
  const entry = toSourceDocument({ path: "roses.md", content: roses, mediaType: "text/markdown" });
  await docent.app.ingest("garden", streamOf(entry), { missing: "remove", urlBase: null });
});
afterAll(() => docent.close());

/** What the model will say to the next question, in these pieces; `water` and `pruning` stand for the markers. */
function willSay(...pieces: readonly string[]) {
  script = createScriptedModel();
  for (const piece of pieces) script.say(piece);
  script.end();
}

const invented = "Lavender grows on the moon and needs forty lamps.";

test("a sentence that no passage supports is told with the answer, and kept with it", async () => {
  const { headers } = await signIn(docent);
  willSay("Roses want water twice a week. [", "1", "] ", invented);
  const events = await collectEvents(
    await docent.post("/api/chat", { message: question }, headers),
  );
  const done = events.at(-1)?.data ?? {};
  const content = String(done["content"]);
  const [span] = done["unsupported"] as { start: number; end: number }[];
  expect(content.slice(span?.start, span?.end)).toBe(invented);
  const id = String(events[0]?.data["conversation_id"]);
  const stored = await (await docent.fetch(`/api/conversations/${id}`, { headers })).json();
  expect(stored.messages[1].unsupported).toEqual([span]);
});

test("the JSON answer has the same, and sources tell the part that supports", async () => {
  willSay("Roses want water twice a week【1】. ", `${invented}[1, 99]`);
  const response = await docent.post(
    "/api/chat",
    { message: question },
    { accept: "application/json" },
  );
  const { response: content, unsupported, sources } = await response.json();
  expect(content).toBe(`Roses want water twice a week[1]. ${invented}[1]`);
  expect(unsupported).toHaveLength(1);
  expect(content.slice(unsupported[0].start, unsupported[0].end)).toBe(invented);
  expect(sources).toHaveLength(1);
  expect(roses.slice(sources[0].start, sources[0].end)).toBe("Roses want water twice a week.");
  expect(sources[0].excerpt).toContain("In summer they want it every day.");
});

test("the AI SDK's client reads it as a data part", async () => {
  const { headers } = await signIn(docent);
  const chat = openUiChat(docent, { headers });
  willSay("Roses want water twice a week [1]. ", invented);
  await chat.ask(question);
  expect(chat.error).toBeUndefined();
  const part = chat.lastMessage?.parts.find(({ type }) => type === "data-unsupported");
  const { spans } = (part as { data: { spans: { start: number; end: number }[] } }).data;
  expect(chat.text().slice(spans[0]?.start, spans[0]?.end)).toBe(invented);
});

test("an answer that is borne out tells of nothing", async () => {
  willSay("Hello! Roses want water twice a week, in summer every day [1]. Anything else?");
  const events = await collectEvents(await docent.post("/api/chat", { message: question }));
  expect(events.at(-1)?.data["unsupported"]).toBeUndefined();
});

test("a model reads what is found page by page, in the order in which it stands there", async () => {
  willSay("Roses want water twice a week [1].");
  await collectEvents(await docent.post("/api/chat", { message: "When do I prune roses?" }));
  const { data = "" } = script.requests[0] ?? {};
  expect(data.indexOf("Roses want water")).toBeGreaterThan(0);
  expect(data.indexOf("Roses want water")).toBeLessThan(data.indexOf("Prune roses in March"));
});

test("a long section that was cut is read whole", async () => {
  const steps = Array.from(
    { length: 180 },
    (_, step) =>
      `Step ${step + 1} turns the ${step % 2 ? "left" : "right"} screw of the hive by a little.`,
  );
  const content = `# Hive\n\n## Assembling the hive\n\n${steps.join("\n\n")}`;
  const entry = toSourceDocument({ path: "hive.md", content, mediaType: "text/markdown" });
  await docent.app.ingest("hive", streamOf(entry), { missing: "remove", urlBase: null });
  willSay("Step 1 turns the right screw [1].");
  await collectEvents(await docent.post("/api/chat", { message: "How is the hive assembled?" }));
  const { data = "" } = script.requests[0] ?? {};
  const places = steps.map((step) => data.indexOf(step));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
});

async function* streamOf<Item>(item: Item) {
  yield item;
}
