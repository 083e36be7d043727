import { describe, expect, test } from "vitest";
import { contextOf } from "../../../handlers/chat/answers/follow-up.ts";
import type { ModelMessage } from "../../../handlers/ports/language-model.ts";

/** A conversation in which each of these was asked and answered. */
function after(...questions: readonly string[]): ModelMessage[] {
  return questions.flatMap((content): ModelMessage[] => [
    { role: "user", content },
    { role: "assistant", content: "An answer. [1]" },
  ]);
}

describe("a question that leans on the last one", () => {
  test.each([
    ["How do I rotate the signing secret?", "And how long does the old one stay valid?"],
    ["How do I rotate the signing secret?", "does that sign people out?"],
    ["Do visitors need an account?", "How do I turn that off?"],
    ["Which databases are supported?", "What about MySQL?"],
    ["How are bread rolls proofed?", "Why?"],
    ["How are bread rolls proofed?", "in the fridge?"],
    ["How do I back up the database?", "Thanks! And how do I restore it?"],
    ["How do I mount the lens?", "is it possible to remove it again?"],
    ["Wie sichere ich die Datenbank?", "Und wie oft passiert das?"],
    ["Wie sichere ich die Datenbank?", "Kann ich das auch abschalten?"],
    ["¿Cómo hago una copia de la base de datos?", "¿Y cómo la restauro?"],
    ["¿Cómo instalo el complemento?", "¿cómo puedo desactivarlo después?"],
    ["Comment installer le module ?", "Et pour Windows ?"],
    ["Como instalo o módulo?", "E no Windows?"],
    ["Come si installa il modulo?", "E come lo rimuovo?"],
    ["Как установить модуль?", "А как его удалить?"],
    ["كيف أثبت الوحدة؟", "وكيف أحذفها؟"],
    ["मॉड्यूल कैसे स्थापित करें?", "और इसे कैसे हटाएँ?"],
    ["মডিউল কীভাবে ইনস্টল করব?", "আর এটা কীভাবে সরাব?"],
    ["ماڈیول کیسے انسٹال کریں؟", "اور اسے کیسے ہٹائیں؟"],
    ["Bagaimana cara memasang modul?", "Bagaimana cara menghapusnya?"],
    ["Modül nasıl kurulur?", "Peki nasıl kaldırılır?"],
    ["如何安装这个模块？", "那怎么卸载呢？"],
    ["如何备份数据库？", "它需要多久？"],
    ["如何安装这个模块？", "在 Windows 上还需要做什么？"],
    ["データベースをバックアップするには？", "それを復元するには？"],
    ["모듈은 어떻게 설치하나요?", "그럼 어떻게 삭제하나요?"],
  ])("%s – %s", (first, second) => {
    expect(contextOf(second, after(first))).toBe(first);
  });

  test("is followed back through a chain of such questions", () => {
    const history = after("How do I back up the database?", "How often does it run?");
    expect(contextOf("And can I change that?", history)).toBe(
      "How often does it run?\nHow do I back up the database?",
    );
  });

  test("leans on a question, not on the thanks between", () => {
    const history = after("How do I back up the database?", "Thank you so much!");
    expect(contextOf("And how do I restore it?", history)).toBe("How do I back up the database?");
  });
});

describe("a message that stands by itself", () => {
  test.each([
    ["How do I rotate the signing secret?", "Which databases are supported?"],
    ["How do I rotate the signing secret?", "How do I make sure that visitors accept cookies?"],
    ["How do I rotate the signing secret?", "Is it possible to export conversations?"],
    ["How do I rotate the signing secret?", "What is a vector store?"],
    ["How do I rotate the signing secret?", "Which plugins are there that back up files?"],
    ["How do I rotate the signing secret?", "ALLOWED_ORIGINS"],
    ["How do I rotate the signing secret?", "Is there a way to limit uploads?"],
    ["Wie sichere ich die Datenbank?", "Gibt es eine Grenze für Nachrichten?"],
    ["Wie sichere ich die Datenbank?", "Welche Browser werden unterstützt?"],
    ["¿Cómo hago una copia de la base de datos?", "¿Qué navegadores funcionan?"],
    ["Comment installer le module ?", "Quels navigateurs sont pris en charge ?"],
    ["Как установить модуль?", "Какие браузеры поддерживаются?"],
    ["如何备份数据库？", "支持哪些浏览器的最新版本？"],
    ["如何备份数据库？", "什么是向量存储？"],
    ["データベースをバックアップするには？", "対応しているブラウザを教えてください"],
    ["How do I rotate the signing secret?", "thanks"],
    ["How do I rotate the signing secret?", "Great, thank you, that was helpful!"],
    ["How do I rotate the signing secret?", "who are you?"],
    ["How do I rotate the signing secret?", "what can you do?"],
    ["Wie sichere ich die Datenbank?", "Danke, das hat geholfen"],
    ["¿Cómo instalo el complemento?", "¡Muchas gracias!"],
    ["Как установить модуль?", "Спасибо большое"],
    ["كيف أثبت الوحدة؟", "شكرا جزيلا"],
    ["मॉड्यूल कैसे स्थापित करें?", "बहुत धन्यवाद"],
    ["如何备份数据库？", "好的，谢谢！"],
    ["データベースをバックアップするには？", "ありがとうございます"],
  ])("%s – %s", (first, second) => {
    expect(contextOf(second, after(first))).toBeUndefined();
  });

  test("is the first of a conversation", () => {
    expect(contextOf("And how do I restore it?", [])).toBeUndefined();
  });
});
