import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectResumable, streamingDialects, type Send } from "../support/clients/dialects.ts";
import { collectEvents, readEvents, textOf } from "../support/clients/events.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../support/servers/postgres-server.ts";
import {
  cleanUp,
  makeDirectory,
  postJson,
  startServer,
  type ServerProcess,
} from "../support/servers/server-process.ts";
import { startHeldModel, type HeldModel } from "../support/stand-ins/held-model.ts";

let model: HeldModel;
beforeAll(async () => {
  model = await startHeldModel();
});
afterAll(async () => {
  await cleanUp();
  await model.stop();
});

const settings = async () => ({
  DOCUMENTS_DIR: await makeDirectory(),
  OPENAI_BASE_URL: model.url,
  OPENAI_MODEL: "held",
  READ_RATE_LIMIT: "10000/60s",
  // The model is silent while the test cuts its answer hundreds of times.
  IDLE_TIMEOUT_SECONDS: "600",
});

async function enter(url: string): Promise<{ authorization: string }> {
  const { access_token } = await (await postJson(`${url}/api/auth/guest`, {})).json();
  return { authorization: `Bearer ${access_token}` };
}

const sendTo =
  ({ url }: ServerProcess, headers: Readonly<Record<string, string>>): Send =>
  (path, request) =>
    fetch(url + path, { ...request, headers: { ...headers, ...request?.headers } });

test("on the embedded database, the server goes on after kill -9 and a restart", async () => {
  const dataDirectory = await makeDirectory();
  const environment = await settings();
  const first = await startServer({ dataDirectory, environment });
  const headers = await enter(first.url);
  const response = await postJson(`${first.url}/api/chat`, { message: "Please hold 3" }, headers);
  const events = [];
  for await (const event of readEvents(response)) {
    events.push(event);
    if (events.length === 7) model.release();
  }
  const id = String(events[0]?.data["conversation_id"]);
  await first.end("SIGKILL");
  const second = await startServer({ dataDirectory, environment });
  const rest = await sendTo(second, headers)(`/api/chat/${id}/stream`, {
    headers: { "last-event-id": events[1]?.id ?? "" },
  });
  expect(await collectEvents(rest)).toEqual(events.slice(2));
  await second.end("SIGTERM");
});

describe.skipIf(postgresBinaries === undefined)("two servers on one PostgreSQL", () => {
  let postgres: PostgresServer;
  let first: ServerProcess;
  let second: ServerProcess;
  let headers: { readonly authorization: string };
  beforeAll(async () => {
    postgres = await startPostgres();
    const environment = {
      ...(await settings()),
      DATABASE_URL: postgres.url,
      JWT_SECRET: "a secret for tests, of more than thirty-two bytes",
    };
    first = await startServer({ environment });
    second = await startServer({ environment });
    headers = await enter(first.url);
  });
  afterAll(async () => {
    await cleanUp();
    await postgres.stop();
  });

  test.each(streamingDialects)(
    "the $name dialect is resumed on the other one after every event of 60",
    async (dialect) => {
      const events = await expectResumable({
        dialect,
        message: `Please hold ${dialect.words}`,
        asked: sendTo(first, headers),
        other: sendTo(second, headers),
        lastHeld: `Held ${dialect.words}, `,
        release: () => model.release(),
      });
      expect(events.length).toBeGreaterThanOrEqual(60);
    },
  );

  test("kill -9 in the middle of an answer: the reader goes on elsewhere, is told, and can ask again", async () => {
    const ask = (url: string, message: string, conversation_id?: string) =>
      postJson(`${url}/api/chat`, { message, conversation_id }, headers);
    const events = readEvents(await ask(first.url, "Please hold 20"));
    const seen = [];
    while (seen.length < 41) seen.push((await events.next()).value);
    const id = String(seen[0]?.data["conversation_id"]);
    const send = sendTo(second, headers);
    const read = async () => (await (await send(`/api/conversations/${id}`)).json()).messages;
    const create = (url: string, body: object) =>
      postJson(`${url}/v1/responses`, { model: "docent", ...body }, headers);
    const begun = await create(first.url, { input: "Please hold 2", background: true });
    const response = `/v1/responses/${(await begun.json()).id}`;
    const readResponse = async () => (await send(response)).json();
    await expect.poll(async () => (await readResponse()).output.length).toBe(1);

    const said = Array.from({ length: 20 }, (_, index) => `Held ${index + 1}, `).join("");
    await expect.poll(async () => (await read())[1].content).toBe(said);

    await first.end("SIGKILL");
    await expect(events.next()).rejects.toThrow();
    const resumed = await send(`/api/chat/${id}/stream`, {
      headers: { "last-event-id": seen[5]?.id ?? "" },
    });
    const rest = await collectEvents(resumed);
    expect(rest.slice(0, -1)).toEqual(seen.slice(6));
    expect(rest.at(-1)?.data).toMatchObject({ type: "error", code: "interrupted" });
    expect((await read())[1]).toMatchObject({ status: "interrupted", content: said });
    const told = await (await send(`${response}?stream=true`)).text();
    expect(told).toContain('"delta":"Held 2, "');
    expect(told).toMatch(/event: error\ndata: .*"code":"interrupted".*\n\n$/);
    expect(await readResponse()).toMatchObject({
      status: "failed",
      error: { code: "interrupted" },
    });
    const next = { input: "What did you say?", previous_response_id: response.split("/").at(-1) };
    expect(await (await create(second.url, next)).json()).toMatchObject({ status: "completed" });

    const again = await ask(second.url, "What did you say?", id);
    expect(again.status).toBe(200);
    const answer = await collectEvents(again);
    expect(answer.at(-1)?.data).toMatchObject({ type: "done" });
    expect(textOf(answer)).not.toBe("");
    expect((await read()).map(({ status }: { status: string }) => status)).toEqual([
      "complete",
      "interrupted",
      "complete",
      "complete",
    ]);
  });
});
