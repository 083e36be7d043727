import library from "highlight.js/lib/core";
import { expect, test, vi } from "vitest";
import { knownLanguages } from "../../../handlers/web/client/markdown/highlight.ts";
import type { Token } from "../../../handlers/web/client/markdown/highlighter.ts";

/** The thread's program, with this process as its page. */
async function startThread(): Promise<(text: string, language: string) => readonly Token[]> {
  const answers: unknown[] = [];
  const listeners: ((event: { data: object }) => void)[] = [];
  vi.stubGlobal("postMessage", (answer: unknown) => answers.push(answer));
  vi.stubGlobal("addEventListener", (_: string, listener: () => void) => listeners.push(listener));
  await import("../../../handlers/web/client/parts/highlight.ts");
  vi.unstubAllGlobals();
  expect(answers).toEqual(["loaded"]);
  return (text, language) => {
    vi.stubGlobal("postMessage", (answer: unknown) => answers.push(answer));
    for (const listener of listeners) listener({ data: { text, language } });
    vi.unstubAllGlobals();
    return answers.at(-1) as readonly Token[];
  };
}

const order = (one: string, other: string) => (one < other ? -1 : 1);

test("code comes back whole and in kinds, in each of the languages that the page knows", async () => {
  const read = await startThread();
  const names = library
    .listLanguages()
    .flatMap((name) => [name, ...(library.getLanguage(name)?.aliases ?? [])]);
  const aliases = ["console", "shell"];
  expect([...knownLanguages].toSorted(order)).toEqual(
    [...new Set([...names, ...aliases].map((name) => name.toLowerCase()))].toSorted(order),
  );
  expect(read('if x < "a&b": # c', "python")).toEqual([
    ["if", "keyword"],
    [" x < ", "plain"],
    ['"a&b"', "string"],
    [": ", "plain"],
    ["# c", "comment"],
  ]);
  const hostile = `<a b='c'>&amp;&#x27;</a>\u0000\r\n"\\`;
  for (const name of knownLanguages) {
    expect(
      read(hostile, name)
        .map(([text]) => text)
        .join(""),
      name,
    ).toBe(hostile);
  }
});
