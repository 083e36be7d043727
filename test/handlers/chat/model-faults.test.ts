// The model behind a line that fails: what the caller gets, and what is stored.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { compose } from "../../../adapters/compose.ts";
import { createScryptHasher } from "../../../adapters/password-hashers/scrypt.ts";
import { parseSettings } from "../../../handlers/settings/index.ts";
import { collectEvents, readEvents, textOf } from "../../support/clients/events.ts";
import {
  answers,
  done,
  ends,
  says,
  startModelStandIn,
  type ModelStandIn,
} from "../../support/stand-ins/model-stand-in.ts";
import { startTcpProxy, type Fault, type TcpProxy } from "../../support/stand-ins/tcp-proxy.ts";
import { createRecordingLogger, createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { toSourceDocument } from "../../support/apps/parse.ts";

const question = "Why do boats float on water?";
const quoted = "Boats float on water because they push water aside.";

let standIn: ModelStandIn;
let proxy: TcpProxy;
let docent: TestApp;
let lines: ReturnType<typeof createRecordingLogger>["lines"];
beforeAll(async () => {
  standIn = await startModelStandIn();
  proxy = await startTcpProxy(Number(new URL(standIn.url).port));
});
afterEach(async () => {
  await proxy.set("pass");
  await docent.close();
  expect(JSON.stringify(lines)).not.toMatch(/127\.0\.0\.1/);
  await expect.poll(() => standIn.open()).toBe(0);
});
// None of the failures leaves a connection behind; `fetch` keeps an idle one for some seconds.
afterAll(async () => {
  await vi.waitFor(() => expect(proxy.open).toBe(0), { timeout: 120_000 });
  await proxy.stop();
  await standIn.stop();
});

/** Only a fault that says nothing is ended by a deadline; no machine is too slow for the others. */
async function open(fault: Fault): Promise<void> {
  const seconds = fault === "hang" ? "5" : "60";
  const recording = createRecordingLogger();
  lines = recording.lines;
  const { logger } = recording;
  const environment = {
    OPENAI_BASE_URL: `http://127.0.0.1:${proxy.port}/v1`,
    OPENAI_MODEL: "stand-in",
    FIRST_TOKEN_TIMEOUT_SECONDS: seconds,
    IDLE_TIMEOUT_SECONDS: seconds,
  };
  const assets = { read: () => Promise.resolve(undefined) };
  const capabilities = { logger, assets, passwordHasher: createScryptHasher() };
  const { languageModel, dependencies = [] } = compose(
    parseSettings(environment).settings,
    capabilities,
  );
  docent = await createTestApp(environment, { languageModel, dependencies, logger });
  await docent.app.ingest("test", documents(), { missing: "keep", urlBase: null });
}

async function* documents() {
  const content = `# Boats\n\n${quoted}`;
  yield toSourceDocument({ path: "boats.md", content, mediaType: "text/markdown" });
}

const ask = () => docent.post("/api/chat", { message: question });

async function stored(metadata: Readonly<Record<string, unknown>> | undefined) {
  const headers = { authorization: `Bearer ${String(metadata?.["access_token"])}` };
  const path = `/api/conversations/${String(metadata?.["conversation_id"])}`;
  return (await (await docent.fetch(path, { headers })).json()).messages.at(-1);
}

/** The model answers again as soon as the line is mended. */
async function expectRecovery(): Promise<void> {
  await proxy.set("pass");
  standIn.answer(answers("I am back."));
  const events = await collectEvents(await ask());
  expect(events.at(-1)?.data).toMatchObject({ type: "done", content: "I am back." });
  expect(events.at(-1)?.data).not.toHaveProperty("degraded");
}

describe("before the answer", () => {
  test.each<Fault>(["refuse", "reset", "hang", "garbage", "cut"])(
    "%s: the documents are quoted, the answer says so and is stored, and the model is back",
    async (fault) => {
      await open(fault);
      standIn.answer(answers("Never heard."));
      await proxy.set(fault);
      const events = await collectEvents(await ask());
      expect(textOf(events)).toContain(quoted);
      const last = events.at(-1)?.data;
      expect(last).toMatchObject({ type: "done", degraded: ["language_model"] });
      expect(await stored(events[0]?.data)).toMatchObject({
        content: last?.["content"],
        status: "complete",
        sources: [{ path: "boats.md" }],
      });
      await expectRecovery();
    },
  );

  test("slow: the model answers all the same", async () => {
    await open("slow");
    standIn.answer(answers("They push ", "water."));
    await proxy.set("slow");
    const events = await collectEvents(await ask());
    expect(events.at(-1)?.data).toMatchObject({ type: "done", content: "They push water." });
    expect(events.at(-1)?.data).not.toHaveProperty("degraded");
    const answer = { content: "They push water.", status: "complete" };
    expect(await stored(events[0]?.data)).toMatchObject(answer);
  });
});

/** Sets the fault once the first words have arrived, then lets the model go on. */
async function breakOff(fault: Fault) {
  await open(fault);
  const held = Promise.withResolvers<void>();
  standIn.answer([
    says("They push "),
    { kind: "until", settled: held.promise },
    says("water."),
    ends(),
    done,
  ]);
  const events = readEvents(await ask());
  const metadata = (await events.next()).value?.data;
  expect((await events.next()).value?.data).toMatchObject({ content: "They push " });
  await proxy.set(fault);
  held.resolve();
  const rest = [];
  for await (const { data } of events) rest.push(data);
  return { metadata, rest };
}

describe("in the middle of an answer", () => {
  test.each<[Fault, string]>([
    ["refuse", "unavailable"],
    ["reset", "unavailable"],
    ["cut", "unavailable"],
    ["garbage", "unavailable"],
    ["hang", "timeout"],
  ])("%s: an error that says so (%s), and what was said is stored", async (fault, code) => {
    const { metadata, rest } = await breakOff(fault);
    expect(rest).toMatchObject([{ type: "error", code, retryable: true }]);
    const answer = { content: "They push ", status: "failed" };
    expect(await stored(metadata)).toMatchObject(answer);
    await expectRecovery();
  });

  test("slow: the rest comes late, and the whole is stored", async () => {
    const { metadata, rest } = await breakOff("slow");
    expect(rest.at(-1)).toMatchObject({ type: "done", content: "They push water." });
    const answer = { content: "They push water.", status: "complete" };
    expect(await stored(metadata)).toMatchObject(answer);
  });
});
