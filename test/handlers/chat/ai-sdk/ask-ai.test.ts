import { EventSourceParserStream } from "eventsource-parser/stream";
import { describe, expect, test } from "vitest";
import { countRows } from "../../../support/apps/test-app.ts";
import { useUiDocent, userMessage } from "../../../support/apps/ui-docent.ts";

const ui = useUiDocent();

/** Stands for a client that shows the text and ignores all other parts, as Docusaurus' local search does. */
async function readText(response: Response): Promise<string> {
  expect(response.status).toBe(200);
  const events = (response.body ?? new Blob([]).stream())
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  let text = "";
  for await (const { data } of events) {
    if (data === "[DONE]") break;
    const chunk = JSON.parse(data);
    if (chunk.type === "text-delta") text += chunk.delta;
  }
  return text;
}

const earlier = [
  userMessage("Why do boats float?"),
  { role: "assistant", parts: [{ type: "text", text: "They push water aside." }] },
];

describe("a client that names no conversation", () => {
  test("is answered from the messages it sends, and nothing is stored, also with a token", async () => {
    for (const who of [{}, ui.headers]) {
      ui.script().requests.length = 0;
      const {
        request_counts: _counts,
        daily_usage: _usage,
        ...before
      } = await countRows(ui.docent.database);
      ui.say("Yes.");
      const body = {
        messages: [...earlier, userMessage("Do boats really float?")],
        project: "handbook",
      };
      expect(await readText(await ui.docent.post("/api/chat", body, who))).toBe("Yes.");
      expect(ui.script().requests[0]?.messages).toEqual([
        { role: "user", content: "Why do boats float?" },
        { role: "assistant", content: "They push water aside." },
        { role: "user", content: "Do boats really float?" },
      ]);
      // What a user may not confirm is not offered to the model.
      expect(ui.script().requests[0]?.tools.map(({ name }) => name)).toEqual(["search_documents"]);
      const {
        request_counts: _later,
        daily_usage: _counted,
        ...after
      } = await countRows(ui.docent.database);
      expect(after).toEqual(before);
    }
  });

  test("may ask for the sources as links in the text", async () => {
    const ask = async (query: string) => {
      ui.say("Boats float [1] and trees grow [2].");
      const body = { messages: [userMessage("Why do boats float, and how do trees grow?")] };
      return readText(await ui.docent.post(`/api/chat${query}`, body));
    };
    expect(await ask("")).toBe("Boats float [1] and trees grow [2].");
    const lines = (await ask("?sources=markdown")).split("\n");
    expect(lines[0]).toBe("Boats float [1] and trees grow [2].");
    expect(
      lines
        .slice(2, 4)
        .map((line) => line.replace(/^\d\. /, ""))
        .toSorted(),
    ).toEqual(["Boats", expect.stringMatching(/^\[Trees\]\(<https:\/\/example\.org\/trees.*>\)$/)]);
    const wrong = await ui.docent.post("/api/chat?sources=html", { messages: earlier });
    expect(wrong.status).toBe(400);
    expect((await wrong.json()).errors[0].path).toBe("query.sources");
  });
});
