import { functionWordsOf, languageOf } from "../../lib/language.ts";
import { partsOf } from "./asking-part.ts";
import { normalise, questionTerms, type Term } from "../index/terms.ts";

/**
 * What a function word counts of its weight. In a small collection "when" or "somebody" may be rare, and
 * would say as much as what is asked about; yet "without" and "after" do tell some passages apart.
 */
const functionShare = 0.6;
/** What the words around the sentences that ask count of their weight, in a long question. */
const asideShare = 0.15;
/** And what the sentences count on which those lean. */
const leadingShare = 0.4;
const unspaced = new Set(["zh", "ja", "ko"]);

/**
 * The distinct terms of a question, at most `limit`, in order of appearance; of a long question, those of the
 * sentences that ask come first. Function words count less, and so do the sentences that do not ask.
 */
export function weighQuestion(question: string, limit: number): Term[] {
  const { asking, leading } = partsOf(question);
  const terms = new Map<number, Term>();
  const add = (part: string, share: number) => {
    for (const term of weighWords(part, limit)) {
      if (!terms.has(term.feature))
        terms.set(term.feature, { ...term, weight: term.weight * share });
    }
  };
  add(asking, 1);
  add(leading, leadingShare);
  if (asking !== question) add(question, asideShare);
  return [...terms.values()].slice(0, limit);
}

function weighWords(question: string, limit: number): Term[] {
  const isFunction = markFunctionWords(normalise(question));
  return questionTerms(question, limit, (from, to) =>
    isFunction.subarray(from, to).every((mark) => mark === 1) ? functionShare : 1,
  );
}

/** For each unit of a normalised text, 1 where it belongs to a function word of the text's language. */
function markFunctionWords(text: string): Uint8Array {
  const marks = new Uint8Array(text.length);
  const language = languageOf(text);
  const words = functionWordsOf(language);
  if (unspaced.has(language)) {
    for (const word of words) {
      for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
        marks.fill(1, at, at + word.length);
      }
    }
    return marks;
  }
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{M}]+(?:['’]\p{L}+)?/gu)) {
    if (words.has(word.replace("’", "'"))) marks.fill(1, index, index + word.length);
  }
  return marks;
}
