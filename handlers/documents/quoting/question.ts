import { functionWordsOf, languageOf, type Language } from "../../lib/language.ts";
import { normalise, visitTerms } from "../index/terms.ts";
import type { WeightedTerm } from "../search/candidates.ts";

/** One word of a question, or two neighbouring characters of a script without spaces. */
export interface AskedWord {
  readonly text: string;
  /** What it says in this collection: its rarity, and little for a function word. */
  readonly weight: number;
  /** The feature of the word itself. */
  readonly feature: number;
  /** Its 4-grams, for inflected relatives; none where a word is too short. */
  readonly grams: readonly number[];
  /** Written like a name or an identifier: with a capital, a digit or a sign inside, or Latin among ideographs. */
  readonly isName: boolean;
  /** Passages of the collection that have the word itself. */
  readonly passages: number;
}

/** What a reader wants, as far as its form tells. */
export type Wanted = "definition" | "steps" | "term" | "statement";

export interface Asked {
  /** Those that say something. */
  readonly words: readonly AskedWord[];
  /** Those of all its words, their 4-grams included. */
  readonly features: ReadonlySet<number>;
  /** The sum of their weights. */
  readonly weight: number;
  readonly wanted: Wanted;
  /** The question's letters and digits, to know its echo by. */
  readonly letters: string;
}

const definition =
  /^(?:what(?:'s| is| are| does)|who(?:'s| is| are)|define|explain|qué (?:es|son)|que (?:es|son)|qu'est-ce|c'est quoi|o que (?:é|são)|was (?:ist|sind|bedeutet)|cos'è|cosa (?:è|sono)|ما (?:هو|هي)|что такое|apa itu)(?=\s|$)|什么是|是什么|とは|क्या (?:है|हैं)|کیا (?:ہے|ہیں)|কী$|কি$|nedir|이란|무엇/u;
const steps =
  /^(?:how (?:do|can|to|should|would)|where|which (?:command|option|setting)|can i|cómo|comment|como|wie|come|как|bagaimana|كيف|أين|où|dónde|onde|wo)(?=\s|$)|\b(?:install|configure|command|set ?up|enable|create)\b|怎么|如何|怎样|どうやって|どのように|어떻게|कैसे|کیسے|কীভাবে|কিভাবে|nasıl/u;

/** Takes a question apart. */
export function readQuestion(question: string, terms: readonly WeightedTerm[]): Asked {
  const known = new Map(terms.map((term) => [term.feature, term]));
  const language = languageOf(question);
  const isDense = language === "zh" || language === "ja" || language === "ko";
  const stops = stopsOf(language);
  const shown = question.normalize("NFKC");
  const text = isDense ? withoutStretches(normalise(question), stops) : normalise(question);
  const english = stopsOf("en");
  const byStart = new Map<string, AskedWord>();
  let run = { first: -1, word: "", features: new Array<number>() };
  const flush = () => {
    const [feature, ...grams] = run.features;
    if (feature === undefined) return;
    const { word } = run;
    run = { first: -1, word: "", features: [] };
    if (stops.has(word) || english.has(word)) return;
    // What is left of "what's", "don't", "l'eau".
    if (word.length < 3 && new RegExp(`['’]${word}|\\b${word}['’]`).test(text)) return;
    const isName = isNamed(word, shown, language);
    byStart.set(word, wordOf(word, feature, grams, isName, known));
  };
  visitTerms(text, (feature, _weight, from, to, first, last) => {
    const whole = text.slice(first, last);
    if (!/[\p{L}\p{N}]/u.test(whole)) return;
    if (isIdeographic(whole)) {
      flush();
      // Single characters say little beside their pairs.
      if (to - from < Math.min(2, last - first)) return;
      const pair = text.slice(from, to);
      byStart.set(pair, wordOf(pair, feature, [], false, known));
      return;
    }
    if (first !== run.first) {
      flush();
      run = { first, word: whole, features: [] };
    }
    run.features.push(feature);
  });
  flush();
  const words = [...byStart.values()];
  return {
    words,
    features: new Set(words.flatMap(({ feature, grams }) => [feature, ...grams])),
    weight: words.reduce((sum, { weight }) => sum + weight, 0),
    wanted: wantedOf(question, words.length, stops),
    letters: lettersOf(question),
  };
}

const stopsByLanguage = new Map<Language, ReadonlySet<string>>();

/** A language's function words as they stand in a normalised text. */
function stopsOf(language: Language): ReadonlySet<string> {
  const known =
    stopsByLanguage.get(language) ?? new Set([...functionWordsOf(language)].map(normalise));
  stopsByLanguage.set(language, known);
  return known;
}

/** What a word of the context counts beside one of the question. */
const contextShare = 0.5;

/** A question with what it leans on: the context's words count for less, and decide nothing by themselves. */
export function withContext(asked: Asked, context: Asked): Asked {
  const own = new Set(asked.words.map(({ feature }) => feature));
  const added = context.words
    .filter(({ feature }) => !own.has(feature))
    .map((word) => ({ ...word, weight: word.weight * contextShare, isName: false }));
  const isBare = asked.wanted === "statement" || asked.wanted === "term";
  return {
    words: [...asked.words, ...added],
    features: new Set([...asked.features, ...context.features]),
    weight: added.reduce((sum, { weight }) => sum + weight, asked.weight),
    wanted: isBare ? context.wanted : asked.wanted,
    letters: asked.letters,
  };
}

/** A text's letters and digits alone. */
export function lettersOf(text: string): string {
  return normalise(text).replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, "");
}

function wordOf(
  text: string,
  feature: number,
  grams: readonly number[],
  isName: boolean,
  known: ReadonlyMap<number, WeightedTerm>,
): AskedWord {
  const term = known.get(feature);
  const weight = Math.max(0, term?.information ?? 0) / (term?.weight || 1);
  return { text, feature, grams, isName, weight, passages: term?.passages ?? 0 };
}

function wantedOf(question: string, words: number, stops: ReadonlySet<string>): Wanted {
  const line = question.trim().toLowerCase();
  if (definition.test(line) && words <= 4) return "definition";
  if (steps.test(line)) return "steps";
  const written = line.split(/\s+/);
  const isBare =
    written.length <= 3 && !written.some((word) => stops.has(word)) && !/[?？؟]/.test(line);
  return isBare && line.length <= 40 ? "term" : "statement";
}

function isIdeographic(text: string): boolean {
  return /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u.test(
    text,
  );
}

function withoutStretches(text: string, stretches: ReadonlySet<string>): string {
  const longestFirst = [...stretches].sort((one, other) => other.length - one.length);
  return longestFirst.reduce((rest, stretch) => rest.replaceAll(stretch, " "), text);
}

/** Languages in which a word in Latin letters is a name. */
const otherScripts: ReadonlySet<Language> = new Set([
  "ar",
  "bn",
  "hi",
  "ja",
  "ko",
  "ru",
  "ur",
  "zh",
]);

/** Whether a word is written in the question as names and identifiers are. */
function isNamed(word: string, question: string, language: Language): boolean {
  const at = question.toLowerCase().indexOf(word);
  if (at === -1) return false;
  const written = question.slice(at, at + word.length);
  if (otherScripts.has(language)) return /^\p{sc=Latin}/u.test(written);
  if (/\p{Ll}\p{Lu}|\p{Lu}{2}|\d\p{L}|\p{L}\d/u.test(written)) return true;
  // German writes every noun with a capital.
  return (
    language !== "de" &&
    /^\p{Lu}/u.test(written) &&
    at > 0 &&
    !/[.!?:"“'(]\s*$/u.test(question.slice(0, at))
  );
}
