import { functionWordsOf, languageOf } from "../../lib/language.ts";
import { partsOf } from "./asking-part.ts";
import { normalise, questionTerms, type Term } from "../index/terms.ts";

/**
 * The factor on a function word's weight. In a small collection "when" may be as rare as the question's subject and
 * would count as much; but "without" and "after" do distinguish some passages, so that they are not left out.
 */
const functionShare = 0.6;
/** In a long question, the factor on words of sentences that neither ask nor lead to a question. */
const asideShare = 0.15;
/** In a long question, the factor on words of the sentences directly before those that ask. */
const leadingShare = 0.4;
const unspaced = new Set(["zh", "ja", "ko"]);

/**
 * The distinct terms of a question, at most `limit`, in order of appearance; in a long question, the terms of the
 * asking sentences come first. Function words and sentences that do not ask have less weight.
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

/** For each unit of a normalised text, 1 if it is in a function word of the text's language, else 0. */
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
