import { functionWordsOf, languageOf } from "../../lib/language.ts";
import { normalise, questionTerms, type Term } from "../index/terms.ts";

/**
 * What a function word counts of its weight. In a small collection "when" or "somebody" may be rare, and
 * would say as much as what is asked about; yet "without" and "after" do tell some passages apart.
 */
const functionShare = 0.6;
const unspaced = new Set(["zh", "ja", "ko"]);

/** The distinct terms of a question, in order of appearance, at most `limit`: function words count less. */
export function weighQuestion(question: string, limit: number): Term[] {
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
