import type { RelatedPage } from "../../../handlers/ports/language-model.ts";
import { languageOf, type Language } from "../../../handlers/lib/language.ts";
import { composingAskedIn } from "./composing.ts";

interface Phrases {
  readonly documents: string;
  /** Introduces the pages that come closest. */
  readonly related: string;
  readonly selection: string;
  /** Says that what was asked takes a language model. */
  readonly model: string;
}

/** Which settings bring a language model. */
const settings = "GEMINI_API_KEY, HF_TOKEN, OPENAI_API_KEY, OPENROUTER_API_KEY";

const phrases: Readonly<Record<Language, Phrases>> = {
  ar: {
    documents: "لا تذكر المستندات شيئًا عن هذا.",
    related: "أقرب الصفحات:",
    selection: "لا يذكر النص المحدد شيئًا عن هذا.",
    model: "يحتاج هذا إلى نموذج لغوي، ولم يُضبط أي نموذج هنا. يضيفه المشغّل بأحد الإعدادات:",
  },
  bn: {
    documents: "নথিগুলিতে এ বিষয়ে কিছু বলা নেই।",
    related: "সবচেয়ে কাছের পাতাগুলি:",
    selection: "নির্বাচিত লেখায় এ বিষয়ে কিছু বলা নেই।",
    model: "এর জন্য একটি ভাষা মডেল লাগে, এখানে তা নেই। পরিচালক এই সেটিংগুলির একটি দিয়ে যোগ করতে পারেন:",
  },
  de: {
    documents: "Die Dokumente sagen dazu nichts.",
    related: "Am nächsten kommen diese Seiten:",
    selection: "Der ausgewählte Text sagt dazu nichts.",
    model:
      "Das kann nur ein Sprachmodell, und hier ist keines eingerichtet. Der Betreiber fügt es mit einer dieser Einstellungen hinzu:",
  },
  en: {
    documents: "The documents do not say anything about this.",
    related: "These pages come closest:",
    selection: "The selected text does not say anything about this.",
    model:
      "This takes a language model, and none is set up here. The operator adds one with one of these settings:",
  },
  es: {
    documents: "Los documentos no dicen nada sobre esto.",
    related: "Las páginas más cercanas:",
    selection: "El texto seleccionado no dice nada sobre esto.",
    model:
      "Para esto hace falta un modelo de lenguaje y aquí no hay ninguno configurado. El operador lo añade con uno de estos ajustes:",
  },
  fr: {
    documents: "Les documents ne disent rien à ce sujet.",
    related: "Les pages les plus proches :",
    selection: "Le texte sélectionné ne dit rien à ce sujet.",
    model:
      "Cela demande un modèle de langage, et aucun n’est configuré ici. L’opérateur en ajoute un par l’un de ces réglages :",
  },
  hi: {
    documents: "दस्तावेज़ों में इसके बारे में कुछ नहीं लिखा है।",
    related: "सबसे नज़दीकी पृष्ठ:",
    selection: "चुने हुए पाठ में इसके बारे में कुछ नहीं लिखा है।",
    model: "इसके लिए एक भाषा मॉडल चाहिए, जो यहाँ सेट नहीं है। संचालक इनमें से किसी सेटिंग से उसे जोड़ सकता है:",
  },
  id: {
    documents: "Dokumen tidak menyebutkan apa pun tentang ini.",
    related: "Halaman yang paling mendekati:",
    selection: "Teks yang dipilih tidak menyebutkan apa pun tentang ini.",
    model:
      "Ini memerlukan model bahasa, dan di sini belum ada. Operator menambahkannya dengan salah satu pengaturan ini:",
  },
  it: {
    documents: "I documenti non dicono nulla su questo.",
    related: "Le pagine più vicine:",
    selection: "Il testo selezionato non dice nulla su questo.",
    model:
      "Per questo serve un modello linguistico, e qui non ce n’è uno configurato. Il gestore lo aggiunge con una di queste impostazioni:",
  },
  ja: {
    documents: "ドキュメントには、これについての記載がありません。",
    related: "最も近いページ:",
    selection: "選択されたテキストには、これについての記載がありません。",
    model:
      "これには言語モデルが必要ですが、ここには設定されていません。管理者は次の設定のいずれかで追加できます:",
  },
  ko: {
    documents: "문서에는 이에 대한 내용이 없습니다.",
    related: "가장 가까운 페이지:",
    selection: "선택한 텍스트에는 이에 대한 내용이 없습니다.",
    model:
      "이 작업에는 언어 모델이 필요하지만 여기에는 설정되어 있지 않습니다. 운영자는 다음 설정 중 하나로 추가할 수 있습니다:",
  },
  pt: {
    documents: "Os documentos não dizem nada sobre isso.",
    related: "As páginas mais próximas:",
    selection: "O texto selecionado não diz nada sobre isso.",
    model:
      "Isto precisa de um modelo de linguagem, e nenhum está configurado aqui. O operador adiciona um com uma destas configurações:",
  },
  ru: {
    documents: "В документах об этом ничего не сказано.",
    related: "Ближайшие страницы:",
    selection: "В выделенном тексте об этом ничего не сказано.",
    model:
      "Для этого нужна языковая модель, а здесь она не настроена. Оператор подключает её одной из настроек:",
  },
  tr: {
    documents: "Belgelerde bununla ilgili bir şey yok.",
    related: "En yakın sayfalar:",
    selection: "Seçilen metinde bununla ilgili bir şey yok.",
    model:
      "Bunun için bir dil modeli gerekir ve burada ayarlanmamış. İşletmeci şu ayarlardan biriyle ekler:",
  },
  ur: {
    documents: "دستاویزات میں اس بارے میں کچھ نہیں لکھا۔",
    related: "قریب ترین صفحات:",
    selection: "منتخب متن میں اس بارے میں کچھ نہیں لکھا۔",
    model:
      "اس کے لیے ایک لسانی ماڈل درکار ہے، جو یہاں موجود نہیں۔ منتظم ان میں سے کسی سیٹنگ سے اسے شامل کر سکتا ہے:",
  },
  zh: {
    documents: "文档中没有关于这个问题的内容。",
    related: "最接近的页面：",
    selection: "所选文本中没有关于这个问题的内容。",
    model: "这需要语言模型，而这里没有配置。运营者可以通过以下任一设置添加：",
  },
};

/** Characters of a refusal, the pages and their addresses included. */
const longestRefusal = 400;

/** Says, in the question's language, that the documents do not answer, and which pages come closest. */
export function refuse(question: string, related: readonly RelatedPage[]): string {
  const { documents, related: introduction } = phrases[languageOf(question)];
  const pages: string[] = [];
  let left = longestRefusal - documents.length - introduction.length - 3;
  for (const page of related) {
    const line = `- ${linkTo(page)}`;
    left -= line.length + 1;
    if (left < 0) break;
    pages.push(line);
  }
  return pages.length === 0 ? documents : `${documents} ${introduction}\n\n${pages.join("\n")}`;
}

/** Says, in the question's language, that what the reader selected does not answer. */
export function refuseSelection(question: string): string {
  return phrases[languageOf(question)].selection;
}

const summaryAsked =
  /^(?:please |can you |could you |give me |write )*(?:summari[sz]e|sum up|an? (?:short |brief )?summary of|tl;?dr)\b.|^(?:por favor,? )?(?:resume|resumir|resúmeme|haz un resumen|resuma|resumo|résume[rz]?|fais un résumé|fasse? .{0,200}zusammen|zusammenfassung|riassumi|özetle|ringkas|rangkum|кратко (?:изложи|перескажи)|перескажи|резюмируй|لخص|لخّص|ملخص)(?![\p{L}\p{M}])|^.{0,12}(?:总结|概括|概述)一?下?.|要約して|まとめて(?:ください|$)|요약해|सारांश (?:दो|दें|बताओ|बताएं)|সারসংক্ষেপ (?:দাও|দিন|করো)|خلاصہ (?:کریں|کرو|بتائیں)/iu;

/**
 * What to say to a wish for a summary or for a text that does not exist yet, which take a language model;
 * undefined for any other message.
 */
export function declineWriting(message: string): string | undefined {
  const line = message.trim().slice(0, 300);
  const language = summaryAsked.test(line) ? languageOf(line) : composingAskedIn(line);
  return language && `${phrases[language].model} ${settings}.`;
}

function linkTo({ title, url, path }: RelatedPage): string {
  const name = title.replaceAll(/[[\]\s]+/g, " ").trim();
  const isLink = url !== null && /^https?:\/\/[^\s()<>]+$/.test(url);
  return isLink ? `[${name}](${url})` : `${name} (${path})`;
}
