import { describe, expect, test } from "vitest";
import { useInstances } from "../../support/apps/instances.ts";
import { toSourceDocument } from "../../support/apps/parse.ts";
import { expectResumable, streamingDialects } from "../../support/clients/dialects.ts";

const instances = useInstances();

describe.each(streamingDialects)("the $name dialect", (dialect) => {
  test.each(["the same", "another"])(
    "is resumed on %s instance after every event of 200",
    async (other) => {
      for (let word = 0; word < 197; word += 1) instances.script.say(`word ${word} `);
      const events = await expectResumable({
        dialect,
        message: "Tell me",
        asked: instances.sendToFirst,
        other: other === "another" ? instances.sendToSecond : instances.sendToFirst,
        lastHeld: "word 196 ",
        release() {
          instances.script.say("end.");
          instances.script.end();
        },
      });
      expect(events.length).toBeGreaterThanOrEqual(200);
    },
  );

  test("is the same with tools, reasoning, sources and what must be confirmed", async () => {
    const content = "# Boats\n\nBoats float on water because they push water aside.";
    const document = toSourceDocument({ path: "boats.md", content, mediaType: "text/markdown" });
    await instances.first.app.ingest("test", yieldOne(document), {
      missing: "keep",
      urlBase: null,
    });
    const task = await instances.sendToFirst("/api/tasks", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ title: 'Say "hi" 你好 🙂' }),
    });
    const { id: task_id } = await task.json();
    instances.script.call("list_tasks", { status: "all" });
    instances.script.call("delete_task", { task_id });
    instances.script.end();
    instances.script.think("Hm \u2028 \ud83d.");
    instances.script.say("Boats float [1]. ");
    const events = await expectResumable({
      dialect,
      message: "Do boats float?",
      asked: instances.sendToFirst,
      other: instances.sendToSecond,
      lastHeld: "float [1]. ",
      release: () => instances.script.end(),
    });
    for (const told of dialect.tells) expect(events.join("")).toContain(told);
  });
});

async function* yieldOne<Item>(item: Item) {
  yield item;
}
