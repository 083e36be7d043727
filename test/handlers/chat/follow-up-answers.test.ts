import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { toSourceDocument } from "../../support/apps/parse.ts";

const documents: Readonly<Record<string, string>> = {
  "bread.md": `# Bread

## Proofing rolls

Rolls are proofed for forty minutes at room temperature. In the fridge they are proofed for twelve hours.

## Proofing loaves

Loaves are proofed for ninety minutes at room temperature.

## Freezing

Baked rolls are frozen for up to three months. To thaw them, leave them on the table for two hours.`,
  "camera.md": `# Camera

## Mounting the lens

Turn the lens clockwise until it clicks. To remove the lens, press the silver button and turn it back.

## Charging the battery

A full charge of the battery takes three hours. With the travel charger it takes five hours.

## Memory cards

The camera takes cards of up to 512 GB.`,
  "fahrrad.md": `# Fahrrad

## Kette wechseln

Die Kette wird alle 3000 Kilometer gewechselt. Zum Wechseln braucht man einen Kettennieter.

## Bremsen einstellen

Die Bremsen werden mit der Rändelschraube eingestellt. Danach prüft man sie im Stand.`,
  "jardin.md": `# Jardín

## Regar los tomates

Los tomates se riegan cada mañana. En invierno los tomates se riegan una vez por semana.

## Podar los rosales

Los rosales se podan en febrero con tijeras limpias.`,
  "茶.md": `# 茶

## 绿茶

绿茶用八十度的水冲泡两分钟。保存绿茶要放在冰箱里，密封可以放一年。

## 红茶

红茶用沸水冲泡四分钟。保存红茶不需要冰箱。`,
};

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp();
  const readme = await readFile(new URL("../../../README.md", import.meta.url), "utf8");
  const entries = Object.entries({ ...documents, "docent.md": readme }).map(([path, content]) =>
    toSourceDocument({ path, content, mediaType: "text/markdown" }),
  );
  await docent.app.ingest("house", streamOf(entries), { missing: "remove", urlBase: null });
});
afterAll(() => docent.close());

/** The last reply of a conversation. */
async function converse(...messages: readonly string[]) {
  let conversation: string | undefined;
  let token: string | undefined;
  let last: { response: string; sources: { path: string }[] } = { response: "", sources: [] };
  for (const message of messages) {
    const headers = {
      accept: "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const body = { message, conversation_id: conversation };
    const reply = await (await docent.post("/api/chat", body, headers)).json();
    token ??= reply.access_token;
    conversation = reply.conversation_id;
    last = reply;
  }
  return last;
}

describe("a question that leans on the last one, without a model", () => {
  test.each([
    ["How long are rolls proofed at room temperature?", "And in the fridge?", "twelve hours"],
    ["How long are baked rolls frozen?", "How do I thaw them?", "two hours"],
    ["How do I mount the lens?", "And how do I remove it?", "silver button"],
    [
      "How long does charging the battery take?",
      "what about with the travel charger?",
      "five hours",
    ],
    ["Wann wird die Kette gewechselt?", "Und was braucht man dazu?", "Kettennieter"],
    ["Wie werden die Bremsen eingestellt?", "Und wie prüft man sie danach?", "im Stand"],
    ["¿Cuándo se riegan los tomates?", "¿Y en invierno?", "una vez por semana"],
    ["绿茶怎么冲泡？", "那怎么保存呢？", "冰箱"],
    ["How do I use my own PostgreSQL?", "thanks! and behind PgBouncer?", "pgbouncer=true"],
    ["How do I allow my front end's origin?", "and with a wildcard?", "ALLOWED_ORIGINS="],
  ])("%s – %s", async (first, second, answer) => {
    const { response } = await converse(first, second);
    expect(response).toContain(answer);
  });

  test.each([
    ["How long are rolls proofed?", "Which memory cards does the camera take?", "camera.md"],
    [
      "How do I mount the lens?",
      "When are rose bushes pruned? ¿Cuándo se podan los rosales?",
      "jardin.md",
    ],
    ["绿茶怎么冲泡？", "How long is a full charge of the battery?", "camera.md"],
  ])("a new subject is answered from its own page: %s – %s", async (first, second, path) => {
    const { sources } = await converse(first, second);
    expect(sources[0]?.path).toBe(path);
  });

  test("thanks are not answered with the last question's answer", async () => {
    const { response, sources } = await converse(
      "How do I mount the lens?",
      "Thank you, that helped!",
    );
    expect(sources).toEqual([]);
    expect(response).not.toContain("lens");
  });
});

async function* streamOf<Item>(items: Iterable<Item>) {
  yield* items;
}
