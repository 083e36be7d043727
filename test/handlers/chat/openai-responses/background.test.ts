import { APIError, type OpenAI } from "openai";
import { beforeEach, describe, expect, test } from "vitest";
import { sql } from "../../../../handlers/lib/sql.ts";
import { signIn } from "../../../support/clients/signed-in.ts";
import { createOpenaiClient, tokenOf } from "../../../support/clients/openai-client.ts";
import { useInstances } from "../../../support/apps/instances.ts";

const instances = useInstances();
let first: OpenAI;
let second: OpenAI;
beforeEach(() => {
  first = createOpenaiClient(instances.first, tokenOf(instances.headers));
  second = createOpenaiClient(instances.second, tokenOf(instances.headers));
});

const body = { model: "docent", input: "Tell me" };

/** What the last checkpoint saved. */
const textOf = async (id: string) => (await second.responses.retrieve(id)).output_text;

async function refusal(call: Promise<unknown>): Promise<APIError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof APIError) return error;
  throw new Error("the call was not refused", { cause: error });
}

describe("a response in the background", () => {
  test("goes on by itself, and is polled and followed on another instance", async () => {
    const begun = await first.responses.create({ ...body, background: true });
    expect(begun).toMatchObject({ status: "in_progress", background: true, output: [] });
    expect(await second.responses.retrieve(begun.id)).toMatchObject({ status: "in_progress" });
    instances.script.say("Once ");
    const stream = await second.responses.retrieve(begun.id, { stream: true, starting_after: 1 });
    const types: string[] = [];
    let text = "";
    for await (const event of stream) {
      types.push(event.type);
      if (event.type !== "response.output_text.delta") continue;
      text += event.delta;
      if (text === "Once ") {
        instances.script.say("upon a time.");
        instances.script.end();
      }
    }
    expect(text).toBe("Once upon a time.");
    expect(types[0]).toBe("response.output_item.added");
    expect(types.at(-1)).toBe("response.completed");
    const ended = await second.responses.retrieve(begun.id);
    expect(ended).toMatchObject({ status: "completed", output_text: "Once upon a time." });
    const helped = await second.responses.stream({ response_id: begun.id }).finalResponse();
    expect(helped.output_text).toBe("Once upon a time.");
  });

  test("is cancelled on another instance, and keeps what it said", async () => {
    const { id } = await first.responses.create({ ...body, background: true });
    instances.script.say("Once ");
    await expect.poll(async () => (await textOf(id)).length, { timeout: 5000 }).toBe(5);
    const cancelled = await second.responses.cancel(id);
    expect(cancelled).toMatchObject({
      status: "cancelled",
      output: [{ status: "incomplete", content: [{ text: "Once " }] }],
    });
    expect(await first.responses.cancel(id)).toMatchObject({ status: "cancelled" });
    expect(instances.signal()?.aborted).toBe(true);
    const response = await second.responses.stream({ response_id: id }).finalResponse();
    expect(response).toMatchObject({ status: "cancelled" });
  });

  test("is refused to go on while it is made", async () => {
    const { id } = await first.responses.create({ ...body, background: true });
    const next = second.responses.create({ ...body, previous_response_id: id });
    expect(await refusal(next)).toMatchObject({ status: 409, code: "conversation_busy" });
    await second.responses.cancel(id);
  });

  test("is deleted with its question, and stops; what came before it stays", async () => {
    instances.script.end();
    const { id: before } = await first.responses.create(body);
    const asked = { ...body, input: "And?", previous_response_id: before, background: true };
    const { id } = await first.responses.create(asked);
    await expect.poll(() => instances.script.requests).toHaveLength(2);
    await first.responses.delete(id);
    expect(instances.signal()?.aborted).toBe(true);
    expect(await refusal(second.responses.retrieve(id))).toMatchObject({ status: 404 });
    expect(await second.responses.retrieve(before)).toMatchObject({ status: "completed" });
    await second.responses.delete(before);
    for (const table of ["conversations", "messages", "run_parts"] as const) {
      const query = { text: `select from ${table}`, values: [] };
      expect(await instances.database.query(query), table).toEqual([]);
    }
  });

  test("of a process that has died is failed, until it is asked again", async () => {
    const { id } = await first.responses.create({ ...body, background: true });
    await instances.database.query(
      sql`update messages set updated_at = now() - interval '10 seconds' where status = 'streaming'`,
    );
    const response = await second.responses.retrieve(id);
    expect(response).toMatchObject({ status: "failed", error: { code: "interrupted" } });
    const stream = await second.responses.retrieve(id, { stream: true });
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: "interrupted" });
    // The process was only slow.
    instances.script.end();
    await expect.poll(async () => (await second.responses.retrieve(id)).status).toBe("completed");
  });

  test("keeps its request for longer than its events", async () => {
    instances.script.say("Once upon a time.");
    instances.script.end();
    const asked = { ...body, metadata: { ticket: "7" } };
    const { id } = await first.responses.create(asked);
    await instances.database.query(sql`delete from run_parts`);
    const { output_text, metadata } = await second.responses.retrieve(id);
    expect({ output_text, metadata }).toEqual({
      output_text: "Once upon a time.",
      metadata: { ticket: "7" },
    });
    const response = await second.responses.stream({ response_id: id }).finalResponse();
    expect(response).toMatchObject({ output_text, metadata, status: "completed" });
    const late = second.responses.retrieve(id, { stream: true, starting_after: 3 });
    expect(await refusal(late)).toMatchObject({ status: 400, code: "invalid_input" });
  });
});

test.each([true, false])(
  "a response that its reader leaves is cancelled (stream: %s)",
  async (stream) => {
    const leaving = new AbortController();
    const call = first.responses.create({ ...body, stream }, { signal: leaving.signal });
    const left = (async () => {
      await Array.fromAsync((await call) as AsyncIterable<object>);
    })().catch(() => undefined);
    await expect.poll(() => instances.script.requests.length).toBe(1);
    leaving.abort();
    await left;
    await expect.poll(() => instances.signal()?.aborted).toBe(true);
  },
);

test("another's response and an unknown one are not found, whatever is asked of it", async () => {
  instances.script.end();
  const { id } = await first.responses.create(body);
  const { headers } = await signIn(instances.first);
  const other = createOpenaiClient(instances.first, tokenOf(headers));
  for (const foreign of [id, `resp_${"0".repeat(32)}`, "resp_1"]) {
    const calls = [
      () => other.responses.retrieve(foreign),
      () => other.responses.retrieve(foreign, { stream: true }),
      () => other.responses.cancel(foreign),
      () => other.responses.delete(foreign),
      () => other.responses.create({ ...body, previous_response_id: foreign }),
    ];
    for (const call of calls) {
      expect(await refusal(call())).toMatchObject({ status: 404, code: "not_found" });
    }
  }
});
