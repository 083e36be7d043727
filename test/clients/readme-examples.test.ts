// The README's examples, as somebody would copy them: only address and key are replaced.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import {
  fillIn,
  readExamples,
  runExample,
  writeExamples,
} from "../support/clients/readme-examples.ts";
import { useAskedServer } from "../support/servers/asked-server.ts";
import { answers } from "../support/stand-ins/model-stand-in.ts";

const server = useAskedServer();
const examples = await readExamples();
const typed = examples.filter(({ language }) => /^tsx?$/.test(language));
/** A page runs the .tsx: react-page.test.ts. */
const runnable = examples.filter(
  ({ language, code }) => language === "ts" || (language === "sh" && code.startsWith("curl")),
);

beforeEach(() => server.model.answer(answers("Press the ", "green button [1].")));

test("the README has an example for each client", () => {
  const imported = typed.flatMap(({ code }) =>
    Array.from(code.matchAll(/ from "([^"]+)";/g), ([, name]) => name),
  );
  expect(new Set(imported)).toEqual(
    new Set([
      "@ai-sdk/openai",
      "@ai-sdk/openai-compatible",
      "@ai-sdk/react",
      "@langchain/openai",
      "ai",
      "eventsource",
      "eventsource-parser/stream",
      "openai",
    ]),
  );
});

test("the examples have the types of the packages they import", async () => {
  const project = await writeExamples(typed);
  const compilerOptions = {
    module: "NodeNext",
    target: "ES2024",
    lib: ["ES2024", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    types: ["node"],
    jsx: "react-jsx",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    moduleDetection: "force",
  };
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  await promisify(execFile)(resolve("node_modules/.bin/tsc"), ["-p", project]).catch(
    (error: { stdout?: string }) => expect(error.stdout).toBe(""),
  );
});

describe("an example is answered", () => {
  test.each(runnable.map((example) => [example.heading, example] as const))(
    "%s",
    async (_, example) => {
      const project = await writeExamples([{ ...example, code: fillIn(example.code, server) }]);
      const { stdout, stderr } = await runExample(project, 0, example.language);
      expect(stdout.replaceAll("\n", "")).toContain("Press the green button [1].");
      if (/sources|annotations/.test(example.code)) expect(stdout).toContain("/install");
      if (example.language === "ts") expect(stderr).toBe("");
    },
  );
});
