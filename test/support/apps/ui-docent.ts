import { afterAll, beforeAll, beforeEach } from "vitest";
import type { LanguageModel } from "../../../handlers/ports/language-model.ts";
import { createScriptedModel } from "../stand-ins/scripted-model.ts";
import { signIn } from "../clients/signed-in.ts";
import { createTestApp, type TestApp } from "./test-app.ts";
import { toSourceDocument } from "./parse.ts";

type Headers = Readonly<Record<string, string>>;

interface StoredMessage {
  readonly role: string;
  readonly content: string;
  readonly status: string;
}

/** An app with two documents, one with an address, and a model that says what the test tells it. */
async function startUiDocent() {
  let script = createScriptedModel();
  let signal: AbortSignal | undefined;
  const languageModel: LanguageModel = {
    name: "scripted",
    stream: (request, given) => {
      signal = given;
      return script.model.stream(request, given);
    },
  };
  const docent = await createTestApp({}, { languageModel });
  await ingest(docent, "boats.md", "# Boats\n\nBoats float because they push water aside.", null);
  await ingest(docent, "trees.md", "# Trees\n\nTrees grow upwards.", "https://example.org/");

  const get = async (path: string, headers: Headers) =>
    (await docent.fetch(path, { headers })).json();
  async function conversations(headers: Headers): Promise<{ id: string; title: string }[]> {
    return (await get("/api/conversations", headers)).conversations;
  }

  return {
    docent,
    script: () => script,
    /** The signal that the model received last. */
    signal: () => signal,
    /** Resets the model and returns a new user's headers. */
    async begin(): Promise<Headers> {
      script = createScriptedModel();
      return (await signIn(docent)).headers;
    },
    /** Sets the model's answer. */
    say(...words: string[]) {
      for (const word of words) script.say(word);
      script.end();
    },
    conversations,
    /** The messages of the newest conversation. */
    async messages(headers: Headers): Promise<StoredMessage[]> {
      const [newest] = await conversations(headers);
      return (await get(`/api/conversations/${newest?.id}`, headers)).messages;
    },
  };
}

/** The app for the tests of a file, and for each test a new user's headers and a model without an answer. */
export function useUiDocent() {
  // The hooks fill it.
  const fixture = {} as Awaited<ReturnType<typeof startUiDocent>> & { headers: Headers };
  beforeAll(async () => void Object.assign(fixture, await startUiDocent()));
  afterAll(() => fixture.docent.close());
  beforeEach(async () => {
    fixture.headers = await fixture.begin();
  });
  return fixture;
}

async function ingest(docent: TestApp, path: string, content: string, urlBase: string | null) {
  async function* entries() {
    yield toSourceDocument({ path, content, mediaType: "text/markdown" });
  }
  await docent.app.ingest(path, entries(), { missing: "keep", urlBase });
}

/** A user's message as the AI SDK sends it. */
export const userMessage = (text: string) => ({ role: "user", parts: [{ type: "text", text }] });
