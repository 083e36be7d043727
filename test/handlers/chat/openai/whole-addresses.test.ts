import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../support/apps/test-app.ts";
import { createOpenaiClient, tokenOf } from "../../../support/clients/openai-client.ts";
import { signIn } from "../../../support/clients/signed-in.ts";

// Programs that ask over /v1 are on no page of the site that the path belongs to.
const key = "the operator's key of at least thirty-two bytes";
const question = "How often do roses want water?";
const address = "https://docent.example/docs/garden#roses";

let docent: TestApp;
let openai: ReturnType<typeof createOpenaiClient>;
beforeAll(async () => {
  docent = await createTestApp({
    ADMIN_API_KEY: key,
    PUBLIC_URL: "https://docent.example",
    DOCUMENTS_URL_BASE: "/docs",
  });
  const content = "# The garden\n\n## Roses\n\nRoses want water twice a week.\n";
  const operator = { authorization: `Bearer ${key}` };
  await docent.post("/api/documents", { path: "garden.md", content }, operator);
  openai = createOpenaiClient(docent, tokenOf((await signIn(docent)).headers));
});
afterAll(() => docent.close());

const completion = {
  model: "docent-links",
  messages: [{ role: "user" as const, content: question }],
};

test("a chat completion has whole addresses, in its annotations and its links", async () => {
  const { choices } = await openai.chat.completions.create(completion);
  const { content, annotations } = choices[0]?.message ?? {};
  expect(annotations?.map(({ url_citation: { url } }) => url)).toEqual([address]);
  expect(content).toContain(`(<${address}>)`);
});

test("a streamed completion has them, too", async () => {
  const chunks: unknown[] = [];
  const stream = openai.chat.completions.stream(completion);
  stream.on("chunk", (chunk) => chunks.push(chunk));
  expect(await stream.finalContent()).toContain(`(<${address}>)`);
  expect(JSON.stringify(chunks)).toContain(`"url":"${address}"`);
});

test("a response has them, made and read again", async () => {
  const made = await openai.responses.create({ model: "docent-links", input: question });
  const read = await openai.responses.retrieve(made.id);
  const streamed = await openai.responses
    .stream({ model: "docent-links", input: question })
    .finalResponse();
  for (const { output, output_text: text } of [made, read, streamed]) {
    expect(output).toMatchObject([
      { content: [{ annotations: [{ type: "url_citation", url: address }] }] },
    ]);
    expect(text ?? JSON.stringify(output)).toContain(`(<${address}>)`);
  }
});
