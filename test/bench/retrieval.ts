import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startChild } from "./child-server.ts";
import { printTable, quantile } from "./statistics.ts";

/** The SQuAD format, as XQuAD has it: https://github.com/google-deepmind/xquad */
interface SquadFile {
  readonly data: readonly {
    readonly title: string;
    readonly paragraphs: readonly {
      readonly context: string;
      readonly qas: readonly {
        readonly question: string;
        readonly answers: readonly { readonly text: string }[];
      }[];
    }[];
  }[];
}

interface Question {
  readonly text: string;
  readonly path: string;
  readonly answers: readonly string[];
}

const askedAtOnce = 4;

/**
 * How often the right passage comes first: every paragraph of each `*.json` in the folder goes through
 * `docent ingest`, every question through GET /api/search of a running server.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: "string" }, answers: { type: "string", default: "en" } },
  });
  if (values.data === undefined) {
    throw new Error(
      "say --data <folder of SQuAD-format .json files>, and --answers <language> if you like",
    );
  }
  const rows: (string | number)[][] = [
    ["language", "questions", "first", "in five", "p50 ms", "p95 ms", "answer quoted"],
  ];
  for (const name of (await readdir(values.data)).filter((file) => file.endsWith(".json")).sort()) {
    const file = JSON.parse(await readFile(join(values.data, name), "utf8")) as SquadFile;
    const language = name.split(".").at(-2) ?? name;
    rows.push([language, ...(await measure(file, language === values.answers))]);
  }
  printTable(rows);
}

async function measure(file: SquadFile, withAnswers: boolean): Promise<(string | number)[]> {
  const folder = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const environment = { DATA_DIR: join(folder, "data") };
  const questions = await writeDocuments(file, join(folder, "documents"));
  const ingest = spawn(process.execPath, ["dist/docent.js", "ingest", join(folder, "documents")], {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await once(ingest, "exit");
  const server = await startChild(["dist/server.js"], environment);

  const headers = withAnswers ? await becomeGuest(server.url) : {};
  const ranks: number[] = [];
  const times: number[] = [];
  let quoted = 0;
  const waiting = [...questions];
  const work = async () => {
    for (let question = waiting.pop(); question; question = waiting.pop()) {
      const { paths, milliseconds } = await search(server.url, question.text);
      ranks.push(paths.indexOf(question.path));
      times.push(milliseconds);
      if (withAnswers && (await isQuoted(server.url, headers, question))) quoted += 1;
    }
  };
  await Promise.all(Array.from({ length: withAnswers ? askedAtOnce : 1 }, work));
  await server.stop();
  await rm(folder, { recursive: true, force: true });

  const share = (count: number) => (count / questions.length).toFixed(4);
  return [
    questions.length,
    share(ranks.filter((rank) => rank === 0).length),
    share(ranks.filter((rank) => rank >= 0 && rank < 5).length),
    quantile(times, 0.5).toFixed(1),
    quantile(times, 0.95).toFixed(1),
    withAnswers ? share(quoted) : "",
  ];
}

/** One plain text file a paragraph. */
async function writeDocuments(file: SquadFile, folder: string): Promise<Question[]> {
  const questions: Question[] = [];
  for (const [article, { paragraphs }] of file.data.entries()) {
    await mkdir(join(folder, String(article)), { recursive: true });
    for (const [index, { context, qas }] of paragraphs.entries()) {
      const path = `${article}/${index}.txt`;
      await writeFile(join(folder, path), context);
      for (const { question, answers } of qas) {
        questions.push({ text: question, path, answers: answers.map(({ text }) => text) });
      }
    }
  }
  return questions;
}

async function search(url: string, question: string) {
  const startedAt = performance.now();
  const response = await fetch(`${url}/api/search?limit=10&q=${encodeURIComponent(question)}`);
  const { passages } = (await response.json()) as { passages: { path: string }[] };
  const milliseconds = performance.now() - startedAt;
  // A long paragraph may be several passages: it counts once, where its best one stands.
  return { paths: [...new Set(passages.map(({ path }) => path))], milliseconds };
}

/** One guest asks everything: new guests of one address are limited. */
async function becomeGuest(url: string): Promise<Record<string, string>> {
  const { access_token: token } = (await ask(url, {}, "Hello")) as { access_token: string };
  return { authorization: `Bearer ${token}` };
}

async function isQuoted(
  url: string,
  headers: Record<string, string>,
  { text: question, answers }: Question,
): Promise<boolean> {
  const { response } = (await ask(url, headers, question)) as { response: string };
  return answers.some((text) => response.includes(text));
}

async function ask(url: string, headers: Record<string, string>, message: string) {
  const response = await fetch(`${url}/api/chat`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body: JSON.stringify({ message }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json();
}
