import { afterEach, beforeEach } from "vitest";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { LanguageModel } from "../../../handlers/ports/language-model.ts";
import type { Send } from "../clients/dialects.ts";
import { signIn } from "../clients/signed-in.ts";
import { createScriptedModel } from "../stand-ins/scripted-model.ts";
import { createRecordingLogger, createTestApp, type TestApp } from "./test-app.ts";
import { openTestDatabase } from "./test-database.ts";

type Headers = Readonly<Record<string, string>>;

/** Two instances of the app on one database, with nothing else in common, and a model that a test makes speak. */
async function openInstances() {
  const { logger } = createRecordingLogger();
  const database = await openTestDatabase(logger);
  const script = createScriptedModel();
  const given: { signal: AbortSignal | undefined } = { signal: undefined };
  const languageModel: LanguageModel = {
    name: "scripted",
    stream(request, signal) {
      given.signal = signal;
      return script.model.stream(request, signal);
    },
  };
  const fault = { firstCannotSave: false };
  const open = (canSave: () => boolean) => {
    const query: Database["query"] = (statement) =>
      canSave() || !statement.text.includes("update messages")
        ? database.query(statement)
        : Promise.reject(new PortFailure("unavailable", "gone", { retryable: true }));
    const connection = { ...database, query, close: () => Promise.resolve() };
    const service = superviseDatabase(() => Promise.resolve(connection), logger);
    return createTestApp({ READ_RATE_LIMIT: "10000/60s" }, { languageModel, database: service });
  };
  const first = await open(() => !fault.firstCannotSave);
  const second = await open(() => true);
  const { headers } = await signIn(first);
  return {
    first,
    second,
    headers: headers as Headers,
    database,
    script,
    /** Whether the first instance cannot save answers. */
    fault,
    /** The signal that the model received last. */
    signal: () => given.signal,
    sendToFirst: sendTo(first, headers),
    sendToSecond: sendTo(second, headers),
    async close() {
      await first.close();
      await second.close();
      await database.close();
    },
  };
}

function sendTo(app: TestApp, headers: Headers): Send {
  return (path, request) =>
    app.fetch(path, { ...request, headers: { ...headers, ...request?.headers } });
}

/** Two instances, and a user, for each test of a file. */
export function useInstances() {
  // The hooks fill it.
  const fixture = {} as Awaited<ReturnType<typeof openInstances>>;
  beforeEach(async () => void Object.assign(fixture, await openInstances()));
  afterEach(() => fixture.close());
  return fixture;
}
