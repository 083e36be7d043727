import { expect, test } from "vitest";
import { languageOf } from "../../../handlers/lib/language.ts";

test.each([
  ["en", "How do I install this?"],
  ["en", "rollup"],
  ["en", ""],
  ["zh", "怎么安装 Vue？"],
  ["hi", "इसे कैसे स्थापित करें?"],
  ["es", "¿Cómo lo instalo en mi servidor?"],
  ["fr", "Comment installer le serveur ?"],
  ["ar", "كيف أثبت هذا البرنامج؟"],
  ["bn", "এটি কীভাবে ইনস্টল করব?"],
  ["pt", "Como faço para instalar isso?"],
  ["ru", "Как это установить?"],
  ["ur", "اسے کیسے انسٹال کریں؟"],
  ["de", "Wie kann man das installieren?"],
  ["ja", "Vue をインストールするには？"],
  ["ko", "어떻게 설치하나요?"],
  ["it", "Come si installa questo?"],
  ["tr", "Bunu nasıl kurarım?"],
  ["id", "Bagaimana cara memasang ini?"],
  // Not told: English is what everybody else's reply comes in.
  ["en", "چگونه آن را نصب کنم؟"],
  ["en", "Як це встановити і де?"],
  // A name in another script makes no language.
  ["en", "Who is Лев in the story?"],
])("tells %s: %s", (language, text) => {
  expect(languageOf(text)).toBe(language);
});
