import type { Language } from "../../../handlers/lib/language.ts";

/** Up to two words, as between an article and its noun. */
const words = String.raw`(?: [\p{L}\p{M}'’-]+){0,2}`;

/**
 * Wishes for a text that does not exist yet, as the message's first words, such as "Write me a poem". Few verbs
 * and literary kinds of text only, because "Create a page" is a question about the documents. The kinds stand
 * between < and >.
 */
const wishes: readonly (readonly [Language, string])[] = [
  [
    "en",
    `(?:please |can you |could you )*(?:(?:write|compose|make up)(?: me| us)?(?: an?| another)?${words} <poem|haiku|limerick|sonnet|song|joke|essay>|(?:write|tell|make up)(?: me| us)(?: an?| another)?${words} <story|tale|joke>)s?`,
  ],
  [
    "de",
    `(?:bitte |kannst du |könntest du )*(?:(?:schreibe?|dichte|verfasse|erfinde|erzähle?)(?: mir| uns)?|mir|uns)(?: bitte)?(?: einen?| eine)?${words} <gedicht|haiku|lied|witz|aufsatz|märchen|geschichte>`,
  ],
  [
    "es",
    `(?:por favor,? |puedes )*(?:escr[ií]be(?:me|nos)?|escribir(?:me|nos)?|comp[oó]n(?:me)?|cu[eé]nta(?:me|nos)?|redacta|inventa)(?: una?)?${words} <poema|haiku|canción|cuento|chiste|ensayo|soneto>`,
  ],
  [
    "fr",
    `(?:s'il (?:te|vous) plaît,? |peux-tu |pouvez-vous )*(?:m'|nous )?(?:écri(?:s|vez|re)|compose[rz]?|raconte[rz]?|invente[rz]?)(?:[- ](?:moi|nous))?(?: une?)?${words} <poème|haïku|chanson|histoire|conte|blague|essai|sonnet>`,
  ],
  [
    "pt",
    `(?:por favor,? )?(?:escreva|escreve|componha|conte|conta|invente)(?:-me| me| para mim)?(?: uma?)?${words} <poema|haicai|canção|história|conto|piada|redação|soneto>`,
  ],
  [
    "it",
    `(?:per favore,? )?(?:scrivi|componi|racconta|inventa)(?:mi|ci)?(?: una?)?${words} <poesia|haiku|canzone|storia|fiaba|barzelletta|sonetto>`,
  ],
  [
    "tr",
    `(?:lütfen |bana |bize )*(?:bir )?(?:[\\p{L}\\p{M}'’-]+ ){0,3}<şiir|hik[aâ]ye|şarkı|fıkra|masal> (?:yaz|anlat|uydur)(?:ın|ınız|ar mısın|ır mısın)?`,
  ],
  [
    "id",
    `(?:tolong )?(?:tulis(?:kan)?|buatkan|ceritakan|karang(?:kan)?)(?: saya| aku| kami)?(?: sebuah)?${words} <puisi|pantun|lagu|cerita|dongeng|lelucon|esai>`,
  ],
  [
    "ru",
    `(?:пожалуйста,? )?(?:напиши|сочини|расскажи|придумай)(?:те)?(?: мне| нам)?${words} <стих|стихи|стихотворение|стишок|песню|рассказ|сказку|анекдот|шутку|эссе>`,
  ],
  ["ar", `(?:من فضلك،? )?(?:اكتب|ألّ?ف|احكِ?)(?: لي| لنا)?${words} <قصيدة|قصة|أغنية|نكتة|شعر[ًا]*>`],
  ["ur", `(?:[\\p{L}\\p{M}]+ ){0,6}<نظم|غزل|کہانی|گیت|لطیفہ> (?:لکھو|لکھیں|لکھ دو|سناؤ|سنائیں)`],
  [
    "hi",
    `(?:[\\p{L}\\p{M}]+ ){0,6}<कविता|कहानी|गीत|चुटकुला|निबंध> (?:लिखो|लिखें|लिखिए|लिख दो|सुनाओ|सुनाइए)`,
  ],
  ["bn", `(?:[\\p{L}\\p{M}]+ ){0,6}<কবিতা|গল্প|গান|কৌতুক|ছড়া> (?:লেখো|লিখুন|লিখে দাও|শোনাও|বলো|বলুন)`],
  [
    "zh",
    "(?:请|请你|帮我|给我|为我|替我)*(?:写|作|编|讲)一?[首个篇段则]?[^，。？?]{0,20}<诗|诗歌|故事|笑话|作文|散文|歌词>(?:吧|[。！!])*$",
  ],
  [
    "ja",
    "[^。？?]{0,30}<詩|俳句|短歌|物語|童話|ジョーク|作文>を(?:一つ|ひとつ)?(?:書いて|作って|詠んで|聞かせて)",
  ],
  [
    "ko",
    "(?:[^.?!]{0,30} )?<시|동화|이야기|소설|농담|수필>(?:를|을)? ?(?:한 편 |하나 )?(?:써|지어|들려) ?(?:줘|주세요|주십시오)",
  ],
];

/** In Chinese, Japanese and Korean, no space follows a word. */
const joined: ReadonlySet<Language> = new Set(["zh", "ja", "ko"]);

const kindsInWish = /<([^>]*)>/g;

/** What every wish names, and most messages do not. */
const kinds = new RegExp(
  wishes.flatMap(([, wish]) => [...wish.matchAll(kindsInWish)].map(([, some]) => some)).join("|"),
  "iu",
);

let patterns: readonly (readonly [Language, RegExp])[] | undefined;

/** Made for the first message that names a kind of text: their classes of letters take 20 ms to compile. */
function patternsOfWishes(): readonly (readonly [Language, RegExp])[] {
  return (patterns ??= wishes.map(([language, wish]) => {
    const source = wish.replace(kindsInWish, "(?:$1)");
    const end = joined.has(language) ? "" : String.raw`(?![\p{L}\p{M}])`;
    return [language, new RegExp(`^(?:${source})${end}`, "iu")] as const;
  }));
}

/** The language of a wish for a text that does not exist yet; undefined for any other message. */
export function composingAskedIn(message: string): Language | undefined {
  if (!kinds.test(message)) return undefined;
  return patternsOfWishes().find(([, pattern]) => pattern.test(message))?.[0];
}
