import { afterEach, beforeEach, expect, test } from "vitest";
import { readEvents } from "../../support/clients/events.ts";
import { bearer, goodPassword, register, send } from "../../support/clients/people.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";
import { countRows, createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
/** Of the next answer. */
let script: ReturnType<typeof createScriptedModel>;
beforeEach(async () => {
  docent = await createTestApp(
    {},
    {
      languageModel: {
        name: "scripted",
        stream: (request, signal) => script.model.stream(request, signal),
      },
    },
  );
});
afterEach(() => docent.close());

async function startAnswer(token: string) {
  script = createScriptedModel();
  const response = await docent.post("/api/chat", { message: "Tell me" }, bearer(token));
  const events = readEvents(response);
  await events.next();
  script.say("Once upon ");
  expect((await events.next()).value?.data).toMatchObject({ type: "token" });
  return events;
}

test("deleting an account stops its answers, and nobody else's", async () => {
  const ana = (await register(docent)).access_token;
  const ben = (await register(docent)).access_token;
  const events = await startAnswer(ana);
  const others = await startAnswer(ben);
  const body = { password: goodPassword };
  const deleted = await send(docent, "DELETE", "/api/auth/me", { token: ana, body });
  expect(deleted.status).toBe(204);
  const last = (await events.next()).value?.data;
  expect(last).toMatchObject({ type: "done", finish_reason: "cancelled" });
  script.say("a time.");
  script.end();
  const rest = [];
  for await (const { data } of others) rest.push(data);
  expect(rest.at(-1)).toMatchObject({ content: "Once upon a time.", finish_reason: "stop" });
  expect(await countRows(docent.database)).toMatchObject({ users: 1, conversations: 1 });
  expect(docent.log.filter(({ level }) => level === "error" || level === "warn")).toEqual([]);
});
