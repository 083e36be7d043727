import { describe, expect, test } from "vitest";
import { countTerms, questionTerms } from "../../../handlers/documents/index/terms.ts";

const termsOf = (text: string) => questionTerms(text, 1000).map((term) => term.text);

const gramWeightOf = (word: string) => questionTerms(word, 10)[1]?.weight ?? 0;

describe("terms", () => {
  test("a word gives itself and its padded 4-grams", () => {
    expect(termsOf("Origin")).toEqual(["origin", "_ori", "orig", "rigi", "igin", "gin_"]);
  });

  test("a word of one or two letters gives itself alone", () => {
    expect(termsOf("a to")).toEqual(["a", "to"]);
  });

  test("inflected words share terms", () => {
    const [one, other] = [termsOf("Häuser"), new Set(termsOf("Häusern"))];
    expect(one.filter((term) => other.has(term)).length).toBeGreaterThan(3);
  });

  test("Chinese gives characters and pairs, and does not run into Latin beside it", () => {
    expect(termsOf("用PGlite存储")).toEqual([
      "用",
      "pglite",
      "_pgl",
      "pgli",
      "glit",
      "lite",
      "ite_",
      "存",
      "储",
      "存储",
    ]);
  });

  test("Japanese and Korean give pairs across their scripts", () => {
    expect(termsOf("東京タワー")).toContain("京タ");
    expect(termsOf("데이터베이스")).toContain("이터");
  });

  test("Thai, which writes without spaces, gives 3- and 4-grams of the whole run", () => {
    const terms = termsOf("ภาษาไทย");
    expect(terms).toContain("ษาไ");
    expect(terms).toContain("ภาษา");
    expect(terms).not.toContain("ภาษาไทย");
  });

  test("case, width, ligatures and soft hyphens make no difference", () => {
    const plain = termsOf("configuration file");
    expect(termsOf("CONFIGURATION FILE")).toEqual(plain);
    expect(termsOf("ｃｏｎｆｉｇｕｒａｔｉｏｎ ﬁle")).toEqual(plain);
    expect(termsOf("con\u00ADfigu\u00ADration file")).toEqual(plain);
  });

  test("Arabic is found whether its hamza, madda and tatweel are written or not", () => {
    expect(termsOf("أمر آخر إلى")).toEqual(termsOf("امر اخر الى"));
    expect(termsOf("كتـــاب")).toEqual(termsOf("كتاب"));
  });

  test("Vietnamese diacritics make a difference", () => {
    expect(termsOf("ma")).not.toEqual(termsOf("mã"));
  });

  test("punctuation, emoji and nothing give no terms", () => {
    for (const text of ["", " ", "?!…", "🎉👩‍👩‍👧", "\u0000", "\uD800"])
      expect(termsOf(text)).toEqual([]);
  });

  test("characters beyond the first plane are letters too", () => {
    expect(countTerms("𠮷野家").size).toBeGreaterThan(countTerms("野家").size);
  });

  test("a long word's grams count less each than a short one's", () => {
    expect(gramWeightOf("internationalisation")).toBeLessThan(gramWeightOf("cats"));
  });

  test("a term is counted as often as it occurs", () => {
    const [feature] = questionTerms("to", 1);
    expect(countTerms("to be or not to be").get(feature?.feature ?? 0)).toBe(2);
  });

  test("a question gives no more terms than asked for", () => {
    expect(questionTerms("word ".repeat(3) + "many different letters", 7)).toHaveLength(7);
  });
});
