import type { Language } from "../../../handlers/lib/language.ts";

/** What small talk can be. */
export type SmallTalk = "greeting" | "thanks" | "farewell" | "identity";

/** The replies to small talk; `tasks` introduces examples of commands, which are understood in English. */
export const smallTalkReplies: Readonly<
  Record<Exclude<Language, "en">, Readonly<Record<SmallTalk | "tasks", string>>>
> = {
  de: {
    greeting: "Hallo! Was möchtest du wissen?",
    thanks: "Gern geschehen.",
    farewell: "Auf Wiedersehen!",
    identity:
      "Ich bin Docent. Ich beantworte Fragen aus diesen Dokumenten, in deren Worten und mit Quellen.",
    tasks: "Ich führe auch deine Aufgaben; sage das bitte auf Englisch:",
  },
  es: {
    greeting: "¡Hola! ¿Qué quieres saber?",
    thanks: "De nada.",
    farewell: "¡Adiós!",
    identity:
      "Soy Docent. Respondo preguntas a partir de estos documentos, con sus palabras y sus fuentes.",
    tasks: "También llevo tus tareas; dilo en inglés:",
  },
  fr: {
    greeting: "Bonjour ! Que voulez-vous savoir ?",
    thanks: "De rien.",
    farewell: "Au revoir !",
    identity:
      "Je suis Docent. Je réponds aux questions à partir de ces documents, avec leurs mots et leurs sources.",
    tasks: "Je tiens aussi vos tâches ; dites-le en anglais :",
  },
  pt: {
    greeting: "Olá! O que você quer saber?",
    thanks: "De nada.",
    farewell: "Até logo!",
    identity:
      "Sou o Docent. Respondo a perguntas a partir destes documentos, com as palavras e as fontes deles.",
    tasks: "Também guardo as suas tarefas; diga em inglês:",
  },
  it: {
    greeting: "Ciao! Che cosa vuoi sapere?",
    thanks: "Prego.",
    farewell: "Arrivederci!",
    identity:
      "Sono Docent. Rispondo alle domande da questi documenti, con le loro parole e le fonti.",
    tasks: "Tengo anche le tue attività; dillo in inglese:",
  },
  tr: {
    greeting: "Merhaba! Ne öğrenmek istersiniz?",
    thanks: "Rica ederim.",
    farewell: "Hoşça kalın!",
    identity:
      "Ben Docent. Soruları bu belgelerden, onların sözleriyle ve kaynaklarıyla yanıtlarım.",
    tasks: "Görevlerinizi de tutarım; İngilizce söyleyin:",
  },
  id: {
    greeting: "Halo! Apa yang ingin Anda ketahui?",
    thanks: "Sama-sama.",
    farewell: "Sampai jumpa!",
    identity:
      "Saya Docent. Saya menjawab pertanyaan dari dokumen ini, dengan kata-katanya dan sumbernya.",
    tasks: "Saya juga menyimpan tugas Anda; katakan dalam bahasa Inggris:",
  },
  ru: {
    greeting: "Здравствуйте! Что вы хотите узнать?",
    thanks: "Пожалуйста.",
    farewell: "До свидания!",
    identity: "Я Docent. Я отвечаю на вопросы по этим документам, их словами и с источниками.",
    tasks: "Я веду и ваши задачи; скажите это по-английски:",
  },
  ar: {
    greeting: "مرحبًا! ماذا تريد أن تعرف؟",
    thanks: "عفوًا.",
    farewell: "إلى اللقاء!",
    identity: "أنا Docent. أجيب عن الأسئلة من هذه المستندات بكلماتها ومع مصادرها.",
    tasks: "وأحفظ مهامك أيضًا؛ قل ذلك بالإنجليزية:",
  },
  ur: {
    greeting: "السلام علیکم! آپ کیا جاننا چاہتے ہیں؟",
    thanks: "خوش آمدید۔",
    farewell: "خدا حافظ!",
    identity: "میں Docent ہوں۔ میں ان دستاویزات سے، انہی کے الفاظ اور ماخذ کے ساتھ، جواب دیتا ہوں۔",
    tasks: "میں آپ کے کام بھی رکھتا ہوں؛ انگریزی میں کہیں:",
  },
  hi: {
    greeting: "नमस्ते! आप क्या जानना चाहते हैं?",
    thanks: "आपका स्वागत है।",
    farewell: "फिर मिलेंगे!",
    identity: "मैं Docent हूँ। मैं इन दस्तावेज़ों से, उन्हीं के शब्दों और स्रोतों के साथ, उत्तर देता हूँ।",
    tasks: "मैं आपके कार्य भी रखता हूँ; अंग्रेज़ी में कहें:",
  },
  bn: {
    greeting: "নমস্কার! আপনি কী জানতে চান?",
    thanks: "স্বাগতম।",
    farewell: "আবার দেখা হবে!",
    identity: "আমি Docent। আমি এই নথিগুলি থেকে, সেগুলির ভাষায় ও সূত্রসহ, উত্তর দিই।",
    tasks: "আমি আপনার কাজের তালিকাও রাখি; ইংরেজিতে বলুন:",
  },
  zh: {
    greeting: "你好！你想了解什么？",
    thanks: "不客气。",
    farewell: "再见！",
    identity: "我是 Docent。我根据这些文档回答问题，引用原文并注明来源。",
    tasks: "我也管理你的任务，请用英语说：",
  },
  ja: {
    greeting: "こんにちは！何をお知りになりたいですか？",
    thanks: "どういたしまして。",
    farewell: "さようなら！",
    identity: "Docent です。これらの文書から、その言葉のまま、出典を付けてお答えします。",
    tasks: "タスクも管理します。英語でお伝えください:",
  },
  ko: {
    greeting: "안녕하세요! 무엇을 알고 싶으신가요?",
    thanks: "천만에요.",
    farewell: "안녕히 가세요!",
    identity: "저는 Docent입니다. 이 문서들의 문장으로, 출처와 함께 질문에 답합니다.",
    tasks: "할 일도 관리합니다. 영어로 말씀해 주세요:",
  },
};
