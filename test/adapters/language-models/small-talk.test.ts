import { describe, expect, test } from "vitest";
import { smallTalk } from "../../../adapters/language-models/extractive/small-talk.ts";

const reply = (message: string, hasTasks = false) =>
  smallTalk(message, { hasTasks, isWaiting: false });

describe("small talk is answered in its language", () => {
  test.each([
    ["Guten Tag!", "Hallo! Was möchtest du wissen?"],
    ["¡Hola!", "¡Hola! ¿Qué quieres saber?"],
    ["Merci beaucoup", "De rien."],
    ["Obrigado.", "De nada."],
    ["ciao", "Ciao! Che cosa vuoi sapere?"],
    ["Teşekkürler", "Rica ederim."],
    ["Selamat pagi", "Halo! Apa yang ingin Anda ketahui?"],
    ["Кто ты?", "Я Docent. Я отвечаю на вопросы по этим документам, их словами и с источниками."],
    ["شكرًا", "عفوًا."],
    ["नमस्ते।", "नमस्ते! आप क्या जानना चाहते हैं?"],
    ["你好！", "你好！你想了解什么？"],
    ["ありがとうございます。", "どういたしまして。"],
    ["안녕하세요", "안녕하세요! 무엇을 알고 싶으신가요?"],
    ["thanks", "You are welcome."],
  ])("%s", (message, answer) => expect(reply(message)).toBe(answer));

  test("and says that task commands are English", () => {
    expect(reply("Was kannst du?", true)).toMatch(/auf Englisch: “add a task to buy milk”/);
    expect(reply("¿Qué puedes hacer?")).not.toContain("task");
  });

  test.each(["Hola mundo en Python", "Danke-Karte drucken", "help desk", "谢谢页面在哪里"])(
    "%s is no small talk",
    (message) => expect(reply(message)).toBeUndefined(),
  );
});
