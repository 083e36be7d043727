import { existsSync } from "node:fs";
import { readdir, readFile, writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import {
  isGoldPage,
  isGoldSection,
  judge,
  type DocumentationQuestion,
  type JudgedPassage,
  type JudgedReply,
  type Verdict,
} from "./answer-judge.ts";
import { startChild, type ChildServer } from "./child-server.ts";
import { printTable, quantile } from "./statistics.ts";

/** What came of one question. */
interface Outcome {
  readonly question: DocumentationQuestion;
  readonly verdict: Verdict;
  /** Place of the first passage in a gold section, from 1; 0 where the first ten have none; undefined where it was not searched. */
  readonly section: number | undefined;
  /** Whether the first source is on another page; undefined where there is no source. */
  readonly isFirstOff: boolean | undefined;
  readonly response: string;
  readonly sources: readonly string[];
  readonly searchMilliseconds: number;
  readonly answerMilliseconds: number;
}

const kinds = ["paraphrase", "own-words", "keyword", "follow-up", "unanswerable"] as const;

/**
 * How readers' questions are answered: each set in the folder (`questions.jsonl` beside `docs/`) is taken in by
 * a server of its own and asked through POST /api/chat and GET /api/search.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string" },
      keep: { type: "string" },
      out: { type: "string" },
      verbose: { type: "boolean", default: false },
    },
  });
  if (values.data === undefined) {
    throw new Error(
      "say --data <folder of sets>; --keep <folder> keeps the databases, --out <file> the replies",
    );
  }
  const all: Outcome[] = [];
  for (const folder of await findSets(values.data)) {
    const outcomes = await measureSet(folder, values.keep);
    printOutcomes(basename(folder), outcomes);
    all.push(...outcomes);
    if (!values.verbose) continue;
    for (const { verdict, question } of outcomes)
      console.log(`${verdict.padEnd(8)} ${question.id} ${question.turns.at(-1)}`);
  }
  printOutcomes("all sets", all);
  if (values.out !== undefined) {
    await writeFile(values.out, all.map((outcome) => `${JSON.stringify(outcome)}\n`).join(""));
  }
}

async function findSets(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  if (names.includes("questions.jsonl")) return [folder];
  const sets: string[] = [];
  for (const name of names.sort()) {
    const inside: string[] = await readdir(join(folder, name)).catch(() => []);
    if (inside.includes("questions.jsonl")) sets.push(join(folder, name));
  }
  return sets;
}

async function measureSet(folder: string, keep: string | undefined): Promise<Outcome[]> {
  const lines = await readFile(join(folder, "questions.jsonl"), "utf8");
  const questions = lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as DocumentationQuestion);
  const data = keep ? join(keep, basename(folder)) : await mkdtemp(join(tmpdir(), "docent-bench-"));
  const isKept = existsSync(join(data, "database"));
  const environment = ownEnvironment();
  const embeds = Object.keys(environment).some((name) =>
    /^LOCAL_EMBEDDER_MODEL$|EMBEDDING_MODEL$/.test(name),
  );
  const server = await startChild(["dist/server.js"], {
    DATA_DIR: data,
    DOCUMENTS_DIR: join(folder, "docs"),
    ...environment,
  });
  // Kept vectors are not made again, and then nothing is said of them.
  await untilTakenIn(server, embeds && !isKept);
  if (embeds && !isKept) printEmbeddingSpeed(server.log());
  const outcomes: Outcome[] = [];
  const reader = createReader(server.url);
  for (const question of questions) outcomes.push(await askAndJudge(reader, question));
  await server.stop();
  if (!keep) await rm(data, { recursive: true, force: true });
  return outcomes;
}

/** Settings of models and of the embedder, as this process has them. */
function ownEnvironment(): Record<string, string> {
  const names = /^(?:OPENAI|LOCAL_EMBEDDER|GEMINI)_|^LOCAL_EMBEDDER$/;
  const entries = Object.entries(process.env).filter(([name]) => names.test(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? ""]));
}

/** The server's log says when everything in its folder has been read and, where it embeds, been embedded. */
async function untilTakenIn(server: ChildServer, isEmbedding: boolean): Promise<void> {
  const ends = isEmbedding ? /passages embedded .*range=all/ : /documents ingested/;
  while (!ends.test(server.log())) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** Passages embedded a second, from the log's times: every line begins with one. */
function printEmbeddingSpeed(log: string): void {
  const lines = log.split("\n").filter((line) => /passages embedded|documents ingested/.test(line));
  const times = lines.map((line) => Date.parse(line.split(" ")[0] ?? ""));
  const made = Array.from(log.matchAll(/passages embedded .*made=(\d+)/g), ([, count]) =>
    Number(count),
  );
  const total = made.reduce((sum, count) => sum + count, 0);
  const seconds = (Math.max(...times) - Math.min(...times)) / 1000;
  console.log(`${total} passages embedded, ${(total / seconds).toFixed(1)} a second`);
}

interface Reader {
  search(question: string): Promise<readonly JudgedPassage[]>;
  /** The reply to the last of the turns. */
  ask(turns: readonly string[]): Promise<JudgedReply>;
}

/** One guest asks everything: new guests of one address are limited. */
function createReader(url: string): Reader {
  let token: string | undefined;
  return {
    async search(question) {
      const response = await fetch(`${url}/api/search?limit=10&q=${encodeURIComponent(question)}`);
      const { passages } = (await response.json()) as { passages: JudgedPassage[] };
      return passages;
    },
    async ask(turns) {
      let conversation: string | undefined;
      let reply: JudgedReply = { response: "", sources: [], tool_calls: [] };
      for (const message of turns) {
        const response = await fetch(`${url}/api/chat`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            accept: "application/json",
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify({ message, conversation_id: conversation }),
        });
        if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
        const body = (await response.json()) as JudgedReply & {
          access_token?: string;
          conversation_id: string;
        };
        token ??= body.access_token;
        conversation = body.conversation_id;
        reply = body;
      }
      return reply;
    },
  };
}

async function askAndJudge(reader: Reader, question: DocumentationQuestion): Promise<Outcome> {
  const [first = ""] = question.turns;
  const startedAt = performance.now();
  const isSearched = question.turns.length === 1 && question.kind !== "unanswerable";
  const passages = isSearched ? await reader.search(first) : [];
  const searchedAt = performance.now();
  const reply = await reader.ask(question.turns);
  const [source] = reply.sources;
  return {
    question,
    verdict: judge(question, reply),
    section: isSearched
      ? passages.findIndex((passage) => isGoldSection(question, passage)) + 1
      : undefined,
    isFirstOff:
      source === undefined || question.kind === "unanswerable"
        ? undefined
        : !isGoldPage(question, source.path),
    response: reply.response,
    sources: reply.sources.map(({ path }) => path),
    searchMilliseconds: searchedAt - startedAt,
    answerMilliseconds: performance.now() - searchedAt,
  };
}

function printOutcomes(name: string, outcomes: readonly Outcome[]): void {
  const rows: (string | number)[][] = [
    [name, "questions", "right", "page only", "wrong", "refused", "section first", "in five"],
  ];
  for (const kind of kinds) {
    const of = outcomes.filter(({ question }) => question.kind === kind);
    const verdict = (wanted: Verdict) => share(of, (outcome) => outcome.verdict === wanted);
    const searched = of.filter(({ section }) => section !== undefined);
    const within = (most: number) =>
      share(searched, ({ section = 0 }) => section > 0 && section <= most);
    rows.push([
      kind,
      of.length,
      ...(["right", "page", "wrong", "refused"] as const).map(verdict),
      within(1),
      within(5),
    ]);
  }
  printTable(rows);
  const isAnswerable = ({ question }: Outcome) => question.kind !== "unanswerable";
  const answerable = outcomes.filter(isAnswerable);
  const refused = outcomes.filter(
    (outcome) => outcome.verdict === (isAnswerable(outcome) ? "refused" : "right"),
  );
  const answered = outcomes.filter(({ isFirstOff }) => isFirstOff !== undefined);
  const searches = outcomes.filter(({ section }) => section !== undefined);
  console.log(
    [
      `right ${share(answerable, ({ verdict }) => verdict === "right")} and wrong ${share(answerable, ({ verdict }) => verdict === "wrong")} of ${answerable.length} answerable`,
      `first source off the page ${share(answered, ({ isFirstOff }) => isFirstOff === true)} of ${answered.length} answered`,
      `refusing: precision ${share(refused, (outcome) => !isAnswerable(outcome))}`,
      `search p50/p95 ${milliseconds(searches.map((each) => each.searchMilliseconds))} ms`,
      `answer p50/p95 ${milliseconds(outcomes.map((each) => each.answerMilliseconds))} ms\n`,
    ].join("; "),
  );
}

function milliseconds(times: readonly number[]): string {
  return `${quantile(times, 0.5).toFixed(1)}/${quantile(times, 0.95).toFixed(1)}`;
}

function share(of: readonly Outcome[], has: (outcome: Outcome) => boolean): string {
  return of.length === 0 ? "–" : (of.filter(has).length / of.length).toFixed(3);
}
