import type { AskedScope } from "../../contract/asked-scope.ts";
import {
  bareVersion,
  languageTag,
  pagePath,
  editionOfAddress,
  type Edition,
} from "../parsing/edition.ts";

interface Placed extends Edition {
  readonly path: string;
}

/**
 * The candidates in the wanted version (the one asked for, else the newest) and language (the one asked for, else the
 * question's). A page that exists in other versions or languages only is kept in the best of them. All candidates are
 * kept where none would be left.
 */
export function inScope<Row extends Placed>(
  rows: readonly Row[],
  question: string,
  asked: AskedScope = {},
): readonly Row[] {
  if (rows.every(({ version, language }) => version === null && language === null)) return rows;
  const from = asked.page ? editionOfAddress(asked.page) : undefined;
  const version = (asked.version && bareVersion(asked.version)) || from?.version;
  const ofVersion = preferring(
    rows,
    version
      ? [isOf("version", version), isOf("version", null)]
      : [isOf("version", null), isOf("version", newest(rows))],
  );
  const language =
    (asked.language && languageTag(asked.language)) || from?.language || decidedLanguage(question);
  return preferring(
    ofVersion,
    language
      ? [isOf("language", language), isLike(language), isOf("language", null)]
      : [isOf("language", null), isLike("en")],
  );
}

type Test = (row: Placed) => boolean;

function isOf(axis: "version" | "language", wanted: string | null): Test {
  return (row) => row[axis]?.toLowerCase() === wanted?.toLowerCase();
}

/** For each page, the rows that pass the earliest test that any row of the page passes; all rows where none passes. */
function preferring<Row extends Placed>(
  rows: readonly Row[],
  tests: readonly Test[],
): readonly Row[] {
  const best = new Map<string, number>();
  const ranked = rows.map((row) => {
    const page = pagePath(row.path);
    const rank = tests.findIndex((test) => test(row));
    if (rank !== -1) best.set(page, Math.min(rank, best.get(page) ?? rank));
    return { row, page, rank };
  });
  const kept = ranked.filter(({ page, rank }) => rank !== -1 && best.get(page) === rank);
  return kept.length === 0 ? rows : kept.map(({ row }) => row);
}

/** The highest version among the candidates; null where no candidate has a version. */
function newest(rows: readonly Placed[]): string | null {
  const versions = rows.flatMap(({ version }) => version ?? []);
  return versions.toSorted(compareVersions).at(-1) ?? null;
}

function compareVersions(one: string, other: string): number {
  const [left, right] = [numbersOf(one), numbersOf(other)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The parts of a version as numbers: `x` is above all numbers, and other words are below. */
function numbersOf(version: string): number[] {
  return version
    .split(/[._-]/)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part === "x" ? 1e9 : -1));
}

/** Whether a row is in the language of a tag, in any region. */
function isLike(tag: string): Test {
  return ({ language }) => language !== null && primary(language) === primary(tag);
}

function primary(tag: string): string | undefined {
  return tag.split("-")[0];
}

const scripts: readonly (readonly [RegExp, string])[] = [
  [/[\p{sc=Hiragana}\p{sc=Katakana}]/u, "ja"],
  [/\p{sc=Hangul}/u, "ko"],
  [/\p{sc=Han}/u, "zh"],
  [/[іїєґ]/iu, "uk"],
  [/\p{sc=Cyrillic}/u, "ru"],
  [/[پچژگک]/u, "fa"],
  [/\p{sc=Arabic}/u, "ar"],
  [/\p{sc=Hebrew}/u, "he"],
  [/\p{sc=Greek}/u, "el"],
  [/\p{sc=Devanagari}/u, "hi"],
  [/\p{sc=Bengali}/u, "bn"],
  [/\p{sc=Tamil}/u, "ta"],
  [/\p{sc=Thai}/u, "th"],
];
// Words that are frequent in questions and occur in one of these languages only.
const functionWords: Readonly<Record<string, string>> = {
  en: "the is are how what which where does do can i my of to and with",
  fr: "le les des est comment quel quelle où puis je mon du pour avec et une",
  de: "der das ist sind wie welche wo kann ich mein und mit für ein eine nicht",
  es: "el los las cómo qué cuál dónde puedo mi del para con y una hay",
  pt: "os as é como qual onde posso meu do da para com e uma não",
  it: "il gli è come quale dove posso mio del della per con e una non",
};

/** The language of a question by its script or its function words; null where they do not decide. */
function decidedLanguage(question: string): string | null {
  const byScript = scripts.find(([script]) => script.test(question))?.[1];
  if (byScript !== undefined) return byScript;
  const words = new Set(question.toLowerCase().match(/\p{L}+/gu));
  const counts = Object.entries(functionWords)
    .map(([language, listed]) => ({
      language,
      count: listed.split(" ").filter((word) => words.has(word)).length,
    }))
    .toSorted((one, other) => other.count - one.count);
  const [first, second] = counts;
  return first && first.count > (second?.count ?? 0) ? first.language : null;
}
