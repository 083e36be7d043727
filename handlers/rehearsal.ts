import { checkAnswer } from "./chat/answers/support/check.ts";
import { createRetrieval } from "./documents/quoting/retrieve.ts";
import { createSearch } from "./documents/search/search.ts";
import type { CandidateRow, SentFeatureRow } from "./documents/search/store.ts";
import type { Database } from "./ports/database.ts";
import type { LanguageModel } from "./ports/language-model.ts";

const question = "How do I set the port?";

/** With every kind of block. */
const text = `## Set the port

Set \`PORT\` to the number of the port, such as 8080. By default it is 8000, and the server logs its address.

- \`PORT\`: where it listens
- \`HOST\`: for whom

| setting | default |
|---|---|
| \`PORT\` | 8000 |

\`\`\`sh
PORT=8080 npm start
\`\`\`
`;

/** V8 compiles a pattern when it is used for the second time, and once more for texts beyond Latin-1. */
const texts = [text, text, `${text}…`, `${text}…`];

/**
 * Answers a question from a made-up passage, without the database and without saving anything: functions and patterns
 * that every answer needs are compiled then, which takes as long as 20 answers, before the first reader asks.
 *
 * @param quoting the model that answers by quoting, if it is the one that answers
 * @returns the answer; empty without a model
 */
export async function rehearse(quoting: LanguageModel | undefined): Promise<string> {
  const retrieve = createRetrieval(createSearch(createMadeUpIndex()));
  const found = await retrieve(question);
  let answer = "";
  if (quoting) {
    const { quotes, related } = found;
    const grounding = { mode: "passages", passages: [], quotes, related } as const;
    const messages = [{ role: "user", content: question }] as const;
    const request = { system: "", messages, tools: [], grounding };
    for await (const part of quoting.stream(request, new AbortController().signal))
      if (part.type === "text-delta") answer += part.text;
  }
  checkAnswer(answer, found.passages, false);
  return answer;
}

/** An index of these texts, which all have every term: answers the search's two statements. */
function createMadeUpIndex(): Database {
  const answers = [
    (features: readonly number[]): SentFeatureRow[] =>
      features.map((feature) => ({ ...postings, feature })),
    (): CandidateRow[] => texts.map(toPassage),
  ];
  return {
    query: async ({ values: [features] }) => answers.shift()?.(features as number[]) as never,
    batch: async () => [] as never,
  };
}

/** Four postings, of passages 1 to 4. */
const postings = { whole: true, size: 5, postings: "BA8PDw8=", passages: 4, terms: 240 };

function toPassage(passage: string, index: number): CandidateRow {
  return {
    number: index + 1,
    id: `${index}`,
    document_id: `${index}`,
    path: "rehearsal.md",
    title: "Rehearsal",
    media_type: "text/markdown",
    url: null,
    heading_path: ["Set the port"],
    text: passage,
    description: null,
    version: null,
    language: null,
    ordinal: 0,
    start: 0,
    end: passage.length,
  };
}
