import { describe, expect, test } from "vitest";
import { createExtractiveModel } from "../../../adapters/language-models/extractive/model.ts";
import { never, question, read, textOf } from "../../support/apps/remote-model.ts";

const quote = "The documents' own words.";

/** What is said without a language model; `quote` where the message is taken as a question. */
async function reply(content: string): Promise<string> {
  const quotes = [{ marker: null, text: quote }];
  const grounding = { mode: "passages", passages: [], quotes, related: [] } as const;
  const request = { ...question, messages: [{ role: "user", content }] as const, grounding };
  return textOf(await read(createExtractiveModel().stream(request, never)));
}

describe("a wish for a text that does not exist yet is refused in its own language", () => {
  test.each([
    ["Write me a poem", "takes a language model"],
    ["Please write a short love poem about boats.", "takes a language model"],
    ["Can you tell me a joke?", "takes a language model"],
    ["Schreibe mir ein Gedicht", "nur ein Sprachmodell"],
    ["Kannst du mir bitte ein kurzes Gedicht schreiben?", "nur ein Sprachmodell"],
    ["Erzähl mir eine Geschichte über Boote", "nur ein Sprachmodell"],
    ["Escríbeme un poema", "hace falta un modelo de lenguaje"],
    ["Écris-moi un poème sur la mer", "demande un modèle de langage"],
    ["Escreva um poema curto", "precisa de um modelo de linguagem"],
    ["Scrivimi una poesia", "serve un modello linguistico"],
    ["Bana bir şiir yaz", "bir dil modeli gerekir"],
    ["Tulis sebuah puisi tentang laut", "memerlukan model bahasa"],
    ["Напиши мне стихотворение", "нужна языковая модель"],
    ["اكتب لي قصيدة", "نموذج لغوي"],
    ["ایک نظم لکھو", "لسانی ماڈل"],
    ["एक कविता लिखो", "भाषा मॉडल"],
    ["একটি কবিতা লেখো", "ভাষা মডেল"],
    ["请给我写一首关于春天的诗", "语言模型"],
    ["春についての詩を書いてください", "言語モデル"],
    ["봄에 대한 시를 써 줘", "언어 모델"],
  ])("%s", async (message, words) => {
    const said = await reply(message);
    expect(said).toContain(words);
    expect(said).toContain("GEMINI_API_KEY");
  });
});

describe("a question about writing is a question", () => {
  test.each([
    "How do I write a poem into a file?",
    "Write a file to disk",
    "Write a story",
    "Create a blog post",
    "Create a song list component",
    "Wie schreibe ich ein Gedicht in eine Datei?",
    "Schreibe eine Datei",
    "Écris un fichier",
    "怎么写一个故事组件？",
    "표시를 만들어 줘",
    "ファイルを書いて保存する方法は？",
  ])("%s", async (message) => {
    expect(await reply(message)).toBe(quote);
  });
});
