import { expect, test } from "vitest";
import { groupQuestions } from "../../../handlers/documents/search/group-questions.ts";
import { createRandom, type Random } from "../../support/hostile/random.ts";
import { watchPauses } from "../../support/hostile/pauses.ts";

/** Groups of several questions, each with the most frequent wording first, and single questions. */
const subjects: readonly (readonly string[])[] = [
  [
    "How do I reset my password?",
    "password reset",
    "How can I reset the password",
    "pasword reset how",
  ],
  ["How do I delete my account?", "delete account"],
  ["How do I install it on Windows?"],
  ["How do I install it on Linux?"],
  ["Is there a dark mode?", "dark mode"],
  ["How do I change the port?", "change port"],
  ["How do I change the colour?"],
  ["What is the capital of France?"],
  ["What is the capital of Spain?"],
  ["Passwort zurücksetzen", "Wie kann ich das Passwort zurücksetzen?"],
  ["Wie lösche ich mein Konto?", "Konto löschen"],
  ["如何重置密码", "怎么重置密码？"],
  ["怎么删除账户？"],
  ["Как сбросить пароль?", "Как я могу сбросить свой пароль?"],
  ["Как удалить аккаунт?"],
  ["كيف أعيد تعيين كلمة المرور؟", "إعادة تعيين كلمة المرور"],
  ["¿Cómo restablezco mi contraseña?", "restablecer la contraseña"],
  ["비밀번호를 어떻게 재설정하나요?", "비밀번호 재설정"],
  ["계정을 어떻게 삭제하나요?"],
  ["Who are you?"],
  ["Where are you?"],
];

const groupsOf = async (questions: readonly string[]) =>
  (await groupQuestions(questions)).map((members) => members.map((index) => questions[index]));

test("questions that ask the same are one group, in many languages", async () => {
  expect(await groupsOf(subjects.flat())).toEqual(subjects);
});

test("each question is in one group, also one without a word", async () => {
  const questions = ["???", "!!!", "🙂", "🙂", "", " ", "???"];
  const groups = await groupQuestions(questions);
  expect(groups.flat().toSorted((one, other) => one - other)).toEqual([...questions.keys()]);
  expect((await groupsOf(questions)).filter((group) => group.includes("🙂"))).toEqual([
    ["🙂", "🙂"],
  ]);
});

test("a frequent subject is still found among many others", async () => {
  const random = createRandom(7);
  const others = Array.from({ length: 1500 }, () => `How do I ${words(random, 3)}?`);
  const same = Array.from({ length: 300 }, (_, index) =>
    index % 2 === 0 ? "How do I reset my password?" : "password reset please",
  );
  const groups = await groupQuestions([...others, ...same]);
  expect(groups.map(({ length }) => length).sort((one, other) => other - one)[0]).toBe(300);
});

test("2,000 long questions that share their words leave the event loop every 10 ms", async () => {
  const random = createRandom(3);
  const many = Array.from({ length: 2000 }, () => `How do I ${words(random, 150)}?`);
  // Once before, so that the functions are compiled.
  await groupQuestions(many.slice(0, 500));
  const pauses = watchPauses();
  await new Promise((resolve) => setTimeout(resolve, 5));
  pauses.longest();
  await groupQuestions(many);
  const { worked, collecting } = pauses.longest();
  pauses.stop();
  expect(worked - collecting).toBeLessThan(10);
});

/** Words of a vocabulary of 512, the first ones more often. */
function words(random: Random, count: number): string {
  return Array.from({ length: count }, () => {
    const word = Math.floor((random(512) * random(512)) / 512);
    return [1, 8, 64].map((place) => syllables[Math.floor(word / place) % 8]).join("");
  }).join(" ");
}

const syllables = ["ba", "del", "fir", "gom", "hun", "kar", "lis", "mo"];
