import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { done, ends, says, thinks } from "../../support/stand-ins/model-stand-in.ts";
import { startRemoteModel } from "../../support/apps/remote-model.ts";

let remote: Awaited<ReturnType<typeof startRemoteModel>>;
beforeAll(async () => {
  remote = await startRemoteModel();
});
afterAll(() => remote.standIn.stop());

const raw = (text: string) => ({ kind: "raw" as const, text });

describe("an answer", () => {
  test("has thoughts and text in one piece where the thoughts end, as from vLLM", async () => {
    const delta = { reasoning_content: "m.", content: "S" };
    const script = [thinks("H"), { kind: "delta" as const, delta }, says("o."), ends(), done];
    expect(await remote.outcome(script)).toMatchObject({ thoughts: "Hm.", text: "So." });
  });

  test("ends with a [DONE] before a blank, and needs nothing of an empty frame", async () => {
    const script = [raw("data:\n\n"), says("Hi"), raw("data: \n\n"), raw("data: [DONE] \n\n")];
    expect(await remote.outcome(script)).toMatchObject({ text: "Hi", reason: "stop" });
  });

  test("goes on after an end that a server tells too early", async () => {
    const early = { kind: "delta" as const, finish: "stop" };
    const pause = { kind: "wait" as const, milliseconds: 1200 };
    const script = [
      // Open WebUI's first frame, before a model of Ollama's thinks.
      { ...early, delta: { role: "assistant", content: "" } },
      thinks("Hm."),
      pause,
      // Bridges to Gemini tell it with each piece.
      { ...early, delta: { content: "On " } },
      pause,
      { ...early, delta: { content: "and " } },
      pause,
      { ...early, delta: { content: "on." } },
      done,
    ];
    expect(await remote.outcome(script)).toMatchObject({
      thoughts: "Hm.",
      text: "On and on.",
      reason: "stop",
    });
    const cut = [{ ...early, delta: {} }, says("On"), { kind: "cut" as const }];
    await expect(remote.collect(cut)).rejects.toMatchObject({ code: "unavailable" });
  });
});
