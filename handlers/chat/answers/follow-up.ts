import { functionWordsOf, languageOf, type Language } from "../../lib/language.ts";
import type { ModelMessage } from "../../ports/language-model.ts";
import { courtesies, denseCourtesies, followUpWords } from "./follow-up-words.ts";

/** A message with more content words than this is never a follow-up. */
const mostOwnWords = 6;
/** Content words, at most, of a follow-up that begins with a preposition and has no verb: "in Docker?". */
const mostFragmentWords = 2;
const fragmentLength = 5;
/** Characters per word, on average, in Chinese, Japanese and Korean. */
const denseWordLength = 2;
/** Content words, at most, of a follow-up that omits its object, in languages that allow that. */
const mostDenseWords = 2;
/** Earlier questions, at most, that a chain of follow-ups is traced back; older ones are another subject. */
const longestChain = 3;
/** Characters of a message that are examined. */
const lookedLength = 500;

/**
 * The earlier questions that a follow-up refers to, the newest first, as one text; undefined for a message that
 * can be understood alone, is mere courtesy, or is the first. Decided by word lists, without a model.
 */
export function contextOf(message: string, history: readonly ModelMessage[]): string | undefined {
  const earlier = history
    .flatMap(({ role, content }) => (role === "user" ? [content.slice(0, lookedLength)] : []))
    .filter((text) => !isCourtesy(text));
  const chain: string[] = [];
  let current = message.slice(0, lookedLength);
  while (chain.length < longestChain) {
    const last = earlier.pop();
    if (last === undefined || !isFollowUp(current, last)) break;
    chain.push(last);
    current = last;
  }
  return chain.length === 0 ? undefined : chain.join("\n");
}

/** Whether a message can only be understood with the question before it. */
function isFollowUp(message: string, last: string): boolean {
  if (isCourtesy(message)) return false;
  // A few words may not reveal their language, so the conversation's language counts too.
  const languages = new Set([languageOf(message), languageOf(`${message} ${last}`)]);
  return [...languages].some((language) => isElliptic(message, language));
}

function isElliptic(message: string, language: Language): boolean {
  const line = withoutCourtesy(withoutExpletives(message.trim().toLowerCase(), language));
  const { opening, referring, preposition, asking, addressing } = followUpWords[language];
  const own = ownWords(line, language);
  if (own > mostOwnWords) return false;
  const length = wordsOf(line).length;
  // "Who are you?" addresses the assistant and refers to nothing before.
  if (own === 0 && addressing?.test(line) && !referring.test(line)) return false;
  if (opening.test(line) || referring.test(line)) return true;
  if (own === 0) return length <= fragmentLength && asking.test(line);
  if (isDense(language)) {
    return own <= mostDenseWords && !/\p{sc=Latin}/u.test(line) && isOpenQuestion(line, language);
  }
  return own <= mostFragmentWords && length <= fragmentLength && preposition?.test(line) === true;
}

/** Whether a question has a verb without an object, and is no definition, keyword or title. */
function isOpenQuestion(line: string, language: Language): boolean {
  if (/什么是|是什么|とは|이란|무엇인가/u.test(line)) return false;
  return /[?？吗]/u.test(line) || followUpWords[language].asking.test(line);
}

/** The number of content words; for Chinese, Japanese and Korean estimated from the characters. */
function ownWords(line: string, language: Language): number {
  const known = functionWordsOf(language);
  if (!isDense(language)) {
    return wordsOf(line).filter((word) => !known.has(word) && !courtesies.has(word)).length;
  }
  let rest = line.replaceAll(denseCourtesies, " ");
  for (const stretch of [...known].sort((one, other) => other.length - one.length)) {
    rest = rest.replaceAll(stretch, " ");
  }
  const characters = rest.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu);
  const latin = rest.match(/[\p{sc=Latin}\p{N}]+/gu);
  return Math.ceil((characters?.length ?? 0) / denseWordLength) + (latin?.length ?? 0);
}

/** Whether a message is only thanks, a greeting or assent, with nothing to search for. */
function isCourtesy(message: string): boolean {
  const line = message.trim().toLowerCase();
  if (/[?？؟]/.test(line)) return false;
  const rest = line.replaceAll(denseCourtesies, "");
  if (rest !== line && !/[\p{L}\p{N}]/u.test(rest.replaceAll(/[了啊呀哦吧です。！]/gu, "")))
    return true;
  const said = wordsOf(line);
  if (!said.some((word) => courtesies.has(word))) return said.length === 0;
  const known = functionWordsOf(languageOf(line));
  return said.every((word) => courtesies.has(word) || known.has(word));
}

/** Removes courtesy from the beginning: "Thanks! And for Vue?" becomes "And for Vue?". */
function withoutCourtesy(line: string): string {
  let rest = line.replace(/^[^\p{L}\p{N}]+/u, "");
  for (;;) {
    const [word = ""] = /^[\p{L}\p{M}]+/u.exec(rest) ?? [];
    // "No" and "for" may also begin a question, so a courtesy must be followed by punctuation.
    const after = /^[\s]*[,.!;，。！、]+[\s]*/u.exec(rest.slice(word.length));
    if (word === "" || !courtesies.has(word) || !after) return rest;
    rest = rest.slice(word.length + after[0].length);
  }
}

/** Removes expletives, which refer to nothing: "is it possible to …". */
function withoutExpletives(line: string, language: Language): string {
  if (language !== "en") return line;
  return line.replace(
    /\b(?:is|was|will|would|can|could|might|does|it's|it is) ?(?:it )?(?:be |make )?(?:even |also |still )?(?:possible|ok|okay|necessary|safe|better|best|worth|required|allowed|recommended|sense)(?= (?:to|that|for|if)\b)/,
    "can i",
  );
}

function isDense(language: Language): boolean {
  return language === "zh" || language === "ja" || language === "ko";
}

function wordsOf(line: string): string[] {
  return line.replaceAll("’", "'").match(/[\p{L}\p{M}\p{N}]+(?:'\p{L}+)?/gu) ?? [];
}
