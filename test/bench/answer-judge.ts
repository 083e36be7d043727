// How a reply to a documentation question is judged: by the page it cites and the words it holds.

/** A line of `questions.jsonl`: what a reader asks, where it is answered, and words that only an answer holds. */
export interface DocumentationQuestion {
  readonly id: string;
  readonly kind: "paraphrase" | "own-words" | "keyword" | "follow-up" | "unanswerable";
  /** What the reader writes, in order; the last reply is judged. */
  readonly turns: readonly string[];
  readonly gold: readonly { readonly path: string; readonly heading: string }[];
  readonly answers: readonly string[];
}

export interface JudgedReply {
  readonly response: string;
  readonly sources: readonly { readonly path: string }[];
  readonly tool_calls: readonly unknown[];
}

export interface JudgedPassage {
  readonly path: string;
  readonly heading_path: readonly string[];
  readonly text: string;
}

/** `page`: the right page is cited, and the words are not there. */
export type Verdict = "right" | "page" | "wrong" | "refused";

/** Characters of a reply that are read: more is a dump of the page. */
const readCharacters = 1000;
/** A refusal is short; longer text is an answer without sources. */
const refusalCharacters = 500;

/** What came of a question; an unanswerable one is right when it was refused. */
export function judge(question: DocumentationQuestion, reply: JudgedReply): Verdict {
  const { response, sources, tool_calls } = reply;
  const refused =
    sources.length === 0 && tool_calls.length === 0 && response.length <= refusalCharacters;
  if (question.kind === "unanswerable") return refused ? "right" : "wrong";
  if (refused) return "refused";
  if (!sources.some(({ path }) => isGoldPage(question, path))) return "wrong";
  const said = letters(response.slice(0, readCharacters));
  const isSaid = question.answers.map(letters).some((answer) => answer && said.includes(answer));
  return isSaid ? "right" : "page";
}

export function isGoldPage({ gold }: DocumentationQuestion, path: string): boolean {
  return gold.some((page) => path === page.path || path.endsWith(`/${page.path}`));
}

/** Whether a passage lies in a section that answers, or holds the answer on such a page. */
export function isGoldSection(question: DocumentationQuestion, passage: JudgedPassage): boolean {
  return question.gold.some(({ path, heading }) => {
    if (passage.path !== path && !passage.path.endsWith(`/${path}`)) return false;
    if (heading === "") return true;
    const isUnder = passage.heading_path.some((part) => letters(part) === letters(heading));
    return (
      isUnder || question.answers.some((answer) => plain(passage.text).includes(plain(answer)))
    );
  });
}

/** Text without markers, markup, case and repeated space. */
function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/\[\d+\]/g, " ")
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/[*_`#<>|~\\]/g, "")
    .replaceAll(/[“”„]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function letters(text: string): string {
  return plain(text).replaceAll(/[\s.,:;!?()[\]{}'"-]/g, "");
}
