import type { Language } from "../../../handlers/lib/language.ts";
import { smallTalkReplies, type SmallTalk } from "./small-talk-replies.ts";

const topics = ["greeting", "thanks", "farewell", "identity"] as const satisfies SmallTalk[];

/** What readers say, in lower case and without marks at its ends, separated by `|`. */
const said: Readonly<Record<Exclude<Language, "en">, Readonly<Record<SmallTalk, string>>>> = {
  de: {
    greeting: "hallo|guten tag|guten morgen|guten abend|moin|servus|grüß gott",
    thanks: "danke|danke schön|dankeschön|vielen dank|ok danke",
    farewell: "tschüss|auf wiedersehen|bis bald|gute nacht",
    identity:
      "wer bist du|was bist du|wer sind sie|wie heißt du|was kannst du|was können sie|hilfe",
  },
  es: {
    greeting: "hola|buenos días|buenas tardes|buenas noches|buenas",
    thanks: "gracias|muchas gracias|mil gracias|ok gracias",
    farewell: "adiós|adios|hasta luego|hasta pronto",
    identity:
      "quién eres|quien eres|qué eres|cómo te llamas|qué puedes hacer|que puedes hacer|ayuda",
  },
  fr: {
    greeting: "bonjour|salut|bonsoir|coucou",
    thanks: "merci|merci beaucoup|ok merci",
    farewell: "au revoir|à bientôt|bonne nuit",
    identity:
      "qui es-tu|qui es tu|qui êtes-vous|tu es qui|que peux-tu faire|que pouvez-vous faire|aide|aidez-moi",
  },
  pt: {
    greeting: "olá|ola|oi|bom dia|boa tarde|boa noite",
    thanks: "obrigado|obrigada|muito obrigado|muito obrigada",
    farewell: "tchau|adeus|até logo|até mais",
    identity:
      "quem é você|quem és tu|qual é o seu nome|o que você pode fazer|o que podes fazer|ajuda",
  },
  it: {
    greeting: "ciao|buongiorno|buon giorno|buonasera|salve",
    thanks: "grazie|grazie mille|molte grazie",
    farewell: "arrivederci|addio|ciao ciao|buonanotte",
    identity:
      "chi sei|cosa sei|come ti chiami|cosa puoi fare|cosa sai fare|che cosa puoi fare|aiuto",
  },
  tr: {
    greeting: "merhaba|selam|günaydın|iyi günler|iyi akşamlar",
    thanks: "teşekkürler|teşekkür ederim|çok teşekkürler|sağ ol|sağol",
    farewell: "hoşça kal|hoşçakal|görüşürüz|iyi geceler",
    identity: "sen kimsin|kimsin|siz kimsiniz|adın ne|ne yapabilirsin|neler yapabilirsin|yardım",
  },
  id: {
    greeting: "halo|hai|selamat pagi|selamat siang|selamat sore|selamat malam",
    thanks: "terima kasih|terimakasih|makasih|terima kasih banyak",
    farewell: "sampai jumpa|selamat tinggal|dadah",
    identity:
      "siapa kamu|siapa anda|kamu siapa|anda siapa|apa yang bisa kamu lakukan|apa yang bisa anda lakukan|bantuan|tolong",
  },
  ru: {
    greeting: "привет|здравствуйте|здравствуй|добрый день|доброе утро|добрый вечер",
    thanks: "спасибо|большое спасибо|спасибо большое|благодарю",
    farewell: "пока|до свидания|спокойной ночи",
    identity:
      "кто ты|ты кто|кто вы|как тебя зовут|что ты умеешь|что ты можешь|что вы умеете|помощь|помоги",
  },
  ar: {
    greeting: "مرحبا|مرحبًا|أهلا|أهلًا|السلام عليكم|صباح الخير|مساء الخير",
    thanks: "شكرا|شكرًا|شكرا لك|شكرا جزيلا|شكرًا جزيلًا",
    farewell: "مع السلامة|وداعا|وداعًا|إلى اللقاء",
    identity: "من أنت|من انت|ما اسمك|ماذا يمكنك أن تفعل|ماذا تستطيع أن تفعل|مساعدة",
  },
  ur: {
    greeting: "ہیلو|السلام علیکم|سلام|آداب",
    thanks: "شکریہ|بہت شکریہ",
    farewell: "خدا حافظ|اللہ حافظ",
    identity: "آپ کون ہیں|تم کون ہو|آپ کیا کر سکتے ہیں|مدد",
  },
  hi: {
    greeting: "नमस्ते|नमस्कार|हेलो|हैलो|सुप्रभात",
    thanks: "धन्यवाद|शुक्रिया|बहुत धन्यवाद|बहुत बहुत धन्यवाद",
    farewell: "अलविदा|फिर मिलेंगे|शुभ रात्रि",
    identity: "आप कौन हैं|आप कौन हो|तुम कौन हो|आप क्या कर सकते हैं|तुम क्या कर सकते हो|मदद",
  },
  bn: {
    greeting: "নমস্কার|হ্যালো|হাই|আসসালামু আলাইকুম|শুভ সকাল",
    thanks: "ধন্যবাদ|অনেক ধন্যবাদ",
    farewell: "বিদায়|আবার দেখা হবে|শুভ রাত্রি",
    identity: "আপনি কে|তুমি কে|আপনি কী করতে পারেন|তুমি কী করতে পারো|সাহায্য",
  },
  zh: {
    greeting: "你好|您好|嗨|大家好|早上好|下午好|晚上好|早安",
    thanks: "谢谢|謝謝|谢谢你|谢谢您|多谢|非常感谢",
    farewell: "再见|再見|拜拜|晚安",
    identity: "你是谁|你是誰|您是谁|你叫什么|你叫什么名字|你能做什么|你会做什么|你可以做什么|帮助",
  },
  ja: {
    greeting: "こんにちは|こんばんは|おはよう|おはようございます|やあ|はじめまして",
    thanks: "ありがとう|ありがとうございます|ありがとうございました|どうもありがとう",
    farewell: "さようなら|さよなら|またね|おやすみ|おやすみなさい",
    identity:
      "あなたは誰ですか|あなたは誰|誰ですか|何ができますか|あなたは何ができますか|お名前は|ヘルプ",
  },
  ko: {
    greeting: "안녕|안녕하세요|안녕하십니까|여보세요",
    thanks: "고마워|고마워요|고맙습니다|감사합니다|감사해요",
    farewell: "안녕히 계세요|안녕히 가세요|잘 가|잘 자",
    identity:
      "누구세요|넌 누구야|당신은 누구입니까|이름이 뭐야|무엇을 할 수 있나요|뭘 할 수 있어|도움말|도와줘",
  },
};

const languages = Object.keys(smallTalkReplies) as (keyof typeof smallTalkReplies)[];

/** Characters; nothing here is longer. */
const longest = 40;

/**
 * The reply, in its language, to small talk in another language than English; undefined for any other message.
 *
 * @param examples of commands about tasks, in English; undefined where there are no tasks
 */
export function smallTalkInOtherLanguages(
  message: string,
  examples: string | undefined,
): string | undefined {
  const trimmed = message.trim();
  if (trimmed.length > longest) return undefined;
  const line = trimmed
    .normalize("NFC")
    .toLowerCase()
    .replaceAll(/^\p{P}+|[\p{P}\s]+$/gu, "")
    .replaceAll(/[\s,،，、]+/gu, " ");
  for (const language of languages) {
    const topic = topics.find((each) => said[language][each].split("|").includes(line));
    if (topic === undefined) continue;
    const { [topic]: reply, tasks } = smallTalkReplies[language];
    return topic === "identity" && examples ? `${reply} ${tasks} ${examples}` : reply;
  }
  return undefined;
}
