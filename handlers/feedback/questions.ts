import type { OpenQuestion, OpenQuestions } from "../contract/operator/feedback.ts";
import type { OpenRecord, OperatorLists } from "./store-lists.ts";

/** Groups questions that ask the same: the members of each group as indices, in the order given. */
export type GroupQuestions = (questions: readonly string[]) => Promise<readonly number[][]>;

export interface QuestionDependencies {
  readonly lists: OperatorLists;
  readonly group: GroupQuestions;
  readonly storeQuestions: "on" | "off";
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const day = 24 * 60 * 60 * 1000;
/** Questions that are grouped, the newest ones. */
const mostQuestions = 2000;
/** Other wordings of a question that are listed. */
const mostWordings = 20;

/** A question in one wording, and how often it was asked so. */
interface Wording {
  readonly text: string;
  readonly asked: OpenRecord[];
}

/**
 * The questions of the last days that were refused or voted down, in groups that ask the same, the largest first; and
 * how many were asked in all.
 *
 * @throws PortFailure
 */
export async function readQuestions(
  days: number,
  { lists, group, storeQuestions, now }: QuestionDependencies,
): Promise<OpenQuestions> {
  const since = now() - days * day;
  const [counts, open] = await Promise.all([
    lists.counts(since),
    storeQuestions === "on" ? lists.openQuestions(since, mostQuestions) : [],
  ]);
  const wordings = inWordings(open);
  const groups = await group(wordings.map(({ text }) => text));
  const questions = groups.map((members) =>
    toQuestion(members.flatMap((member) => wordings[member] ?? [])),
  );
  questions.sort(
    (one, other) =>
      other.count - one.count || Date.parse(other.last_asked_at) - Date.parse(one.last_asked_at),
  );
  return { stored: storeQuestions === "on", questions, counts };
}

/** The distinct wordings, those asked most often first, and then the newest. */
function inWordings(open: readonly OpenRecord[]): Wording[] {
  const asked = Map.groupBy(open, ({ text }) => text.trim());
  const wordings = Array.from(asked, ([text, records]) => ({ text, asked: records }));
  return wordings.sort((one, other) => other.asked.length - one.asked.length);
}

function toQuestion([first, ...others]: readonly Wording[]): OpenQuestion {
  const asked = [first, ...others].flatMap((wording) => wording?.asked ?? []);
  const last = Math.max(...asked.map(({ asked_at }) => asked_at.getTime()));
  return {
    question: first?.text ?? "",
    count: asked.length,
    refused: asked.filter(({ refused }) => refused).length,
    bad: asked.filter(({ bad }) => bad).length,
    last_asked_at: new Date(last).toISOString(),
    similar: others.slice(0, mostWordings).map(({ text }) => text),
  };
}
