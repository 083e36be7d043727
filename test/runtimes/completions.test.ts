// The `openai` client in front of the real server, whose sockets tell when it has left.
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { goodPassword } from "../support/clients/people.ts";
import { cleanUp, postJson, startServer } from "../support/servers/server-process.ts";
import { says, startModelStandIn, type ModelStandIn } from "../support/stand-ins/model-stand-in.ts";

let model: ModelStandIn;
let openai: OpenAI;
beforeAll(async () => {
  model = await startModelStandIn();
  const environment = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "stand-in" };
  const { url } = await startServer({ environment });
  const account = { email: "client@example.org", password: goodPassword };
  const registered = await postJson(`${url}/api/auth/register`, account);
  const { access_token } = (await registered.json()) as { access_token: string };
  openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: access_token, maxRetries: 0 });
});
afterAll(async () => {
  await cleanUp();
  await model?.stop();
});

test("a stream that its client leaves ends the model's request, though the model is silent", async () => {
  model.answer([says("Boats "), { kind: "hang" }]);
  const stream = await openai.chat.completions.create({
    model: "docent",
    messages: [{ role: "user", content: "Why do boats float?" }],
    stream: true,
  });
  for await (const { choices } of stream) if (choices[0]?.delta.content) break;
  expect(model.requests.at(-1)?.isAbandoned).toBe(false);
  await expect.poll(() => model.requests.at(-1)?.isAbandoned).toBe(true);
});
