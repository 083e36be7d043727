import { execFile } from "node:child_process";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { makeDirectory } from "../servers/server-process.ts";
import type { AskedServer } from "../servers/asked-server.ts";

const run = promisify(execFile);

/** An example of the README: the lines of a fenced block. */
export interface ReadmeExample {
  readonly heading: string;
  readonly language: string;
  readonly code: string;
}

/** All examples of the README that ask a Docent somewhere else. */
export async function readExamples(): Promise<ReadmeExample[]> {
  const readme = await readFile("README.md", "utf8");
  const chapters = readme.split(/^##+ (?=.*\?$)/m);
  const examples = chapters.flatMap((chapter) => {
    const heading = chapter.slice(0, chapter.indexOf("\n"));
    const blocks = chapter.matchAll(/^```(\w+)\n([^]*?)^```$/gm);
    return Array.from(blocks, ([, language = "", code = ""]) => ({ heading, language, code }));
  });
  return examples.filter(({ code }) => code.includes("OWNER-NAME.hf.space"));
}

/** The example with a server's address and key in place of the README's. */
export function fillIn(code: string, { url, apiKey }: Pick<AskedServer, "url" | "apiKey">): string {
  return code.replaceAll("https://OWNER-NAME.hf.space", url).replaceAll("docent_…", apiKey);
}

/** A project with the examples as files, and with the packages that are installed here. */
export async function writeExamples(examples: readonly ReadmeExample[]): Promise<string> {
  const project = await makeDirectory();
  await symlink(resolve("node_modules"), join(project, "node_modules"));
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module" }));
  for (const [index, { language, code }] of examples.entries())
    await writeFile(join(project, `example-${index}.${language}`), code);
  return project;
}

/** What a file prints, run as its reader would run it. */
export async function runExample(project: string, index: number, language: string) {
  const command = language === "sh" ? "sh" : process.execPath;
  return run(command, [`example-${index}.${language}`], { cwd: project, timeout: 120_000 });
}
