/** The languages that `languageOf` recognises (ISO 639-1). */
export type Language =
  | "ar"
  | "bn"
  | "de"
  | "en"
  | "es"
  | "fr"
  | "hi"
  | "id"
  | "it"
  | "ja"
  | "ko"
  | "pt"
  | "ru"
  | "tr"
  | "ur"
  | "zh";

/** Function words: they show a question's language, not its subject. */
const functionWords: Readonly<Record<Language, string>> = {
  en: "a about after again all also am an and any are as at away back be because been before being both but by can can't could did do does doing don't down each either else even ever every for from get gets getting give go goes going got had has have having he hello her here hey hi him his how i i'm if in into is isn't it its just let like make makes making many may maybe me might more most much must my need needs no not now of off on once one only onto or other our out over own please same shall she should since so some someone something still such tell than thanks that that's the their them then there these they thing things this those through to too under until up upon us use used uses using very want wanted wants was way we were what what's when where whether which while who whom whose why will with within without won't would yet you your",
  de: "aber als am an auch auf aus bei bin bis bitte da damit das dass dem den denn der des die dies diese diesem diesen dieser dir doch du durch ein eine einem einen einer eines er es für gibt habe haben hat ich ihr im in ist kann kannst man mein mit nach nicht noch oder ohne sich sie sind so über um und uns unter viel viele vom von vor wann war waren warum was welche welchem welchen welcher welches wem wen wenn wer werden wie wieso wir wird wo woher wurde wurden zu zum zur",
  es: "a al algo como cómo con cual cuál cuáles cuando cuándo cuánta cuántas cuánto cuántos de del desde donde dónde el ella ellos en era es esta está están este esto fue fueron ha haber hace hacer hay la las le lo los me mi mis no o para pero por porque puede puedo que qué quien quién quiénes se ser si sin sobre son su sus te tiene tu un una unas uno unos usar y yo",
  fr: "à a ai as au aux avec c'est ce cela ces cette combien comment d dans de des dois du elle en est et être eu fait faire faut il ils j je l la le les leur lui ma mais me mes mon ne nous on ont ou où par pas peut peux plus pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se ses si son sont sur ta te tu un une utiliser vous y était",
  pt: "a ao aos as até com como da das de do dos e ela ele eles em é era essa esse esta está este eu faço fazer foi foram há isso mais mas me meu minha muito na não nas no nos num numa o onde os ou para pela pelo pode por porque posso qual quais quando quantas quanto quantos que quem são se sem ser seu sua tem um uma usar você",
  it: "a ad ai al alla alle anche c'è che chi ci come con cosa cos'è da dal dalla dei del della delle di dove e è era gli ha hanno ho i il in io l la le lo ma mi nel nella non o per perché più può posso qual quale quali quando quanta quante quanti quanto se si sono su sul sulla un una uno",
  tr: "acaba ama ben bir biz bu bunu da daha de değil diye gibi hangi için ile ise kaç kadar kim kime mı mi mu mü nasıl ne neden nedir nerede niçin niye o olan olarak şey şu ve veya var ya yok",
  id: "ada adalah agar akan aku anda apa apakah atau bagaimana bagi bahwa berapa bisa cara dalam dan dapat dari dengan di dimana ini itu jika kapan karena ke kenapa mana mengapa oleh pada saya sebuah siapa untuk yang",
  ru: "а без бы был была были быть в вам вас во вот все вы где да для до его ее её если есть еще же за и из или им их к как какая какие какой каком кем когда кого кто куда ли мне можно мой мы на над не нет но о об он она они от по под почему при с сколько со такое тебя то только ты у уже чего чем что чтобы эта эти это этот я",
  ar: "أم أن أنا أو أي أين إذا إلى التي الذي الذين إن بعد بين تم ثم حتى ذلك على عن عند عندما في قبل قد كان كانت كل كم كيف لا لقد لكن لم لماذا لها لي ما ماذا متى مع من منذ نحن هذا هذه هل هم هناك هو هي و وما ومن يكون يمكن يمكنني",
  ur: "اور اس ان ایک بھی پر تک تھا تھی تھے تو جب جو سے کا کب کتنا کتنے کر کرتا کرنا کرنے کرتے کریں کس کو کون کونسا کہ کہاں کی کیا کیسے کیوں کے گا گی گئی گیا لیے میرا میری میرے میں نہیں نے وہ ہو ہوا ہوتا ہوں ہے ہیں یا یہ",
  hi: "अपना अपने आप इस इसका उस एक और कब कर करता करते करना करने करें कहाँ कहां का कि कितना कितने किया किस किसने की के कैसे को कौन क्या क्यों गया जब जो तक तो था थी थे दो नहीं ने पर भी मुझे मेरा मेरे मैं में यह या वह वे से हम ही हुआ हुई है हैं हो होता",
  bn: "আমার আমি আর আছে এই এক একটি এবং ও কখন কত করতে করব করবো করা করে কি কী কীভাবে কিভাবে কে কেন কোথায় কোন জন্য তা থেকে দিয়ে না নিয়ে পারি যে সে হয় হয়েছিল হলো",
  // In scripts without spaces: runs of characters, the longest first where one begins like another.
  zh: "为什么 是什么 什么时候 有没有 怎么样 怎么办 有什么 什么 怎么 怎样 如何 哪些 哪里 哪个 哪儿 多少 为何 是否 可以 能不能 应该 需要 请问 一下 一个 这个 那个 我们 你们 他们 或者 还是 以及 帮我 介绍 有 的 了 吗 呢 吧 啊 是 在 和 与 或 把 被 让 给 对 从 到 用 能 会 要 想 我 你 他 她 它 这 那 就 都 也 很 请 里",
  ja: "どのように どうやって ください について とは何ですか とは なぜ どこ どの どう どれ いつ いくつ 誰 何 ですか でしょう ました ません です ます する した して しない できる これ それ あれ この その ある いる から まで より など の は が を に へ と も で や か ね よ",
  ko: "무엇인가요 무엇입니까 무엇 어떻게 어디에서 어디에 어디 언제 누가 누구 왜 어떤 어느 얼마나 몇 하나요 합니까 하는 하는지 있나요 있습니까 인가요 입니까 이란 란 은 는 이 가 을 를 에 에서 의 와 과 도 로 으로",
};

const spaced = ["en", "de", "es", "fr", "pt", "it", "tr", "id"] as const;
const sets = new Map<Language, ReadonlySet<string>>();

/** The function words of a language in lower case; for Chinese, Japanese and Korean, runs of characters. */
export function functionWordsOf(language: Language): ReadonlySet<string> {
  const known = sets.get(language) ?? new Set(functionWords[language].split(" "));
  sets.set(language, known);
  return known;
}

const scripts: readonly (readonly [Language, RegExp])[] = [
  ["ja", /[\p{sc=Hiragana}\p{sc=Katakana}]/gu],
  ["ko", /\p{sc=Hangul}/gu],
  ["zh", /\p{sc=Han}/gu],
  ["hi", /\p{sc=Devanagari}/gu],
  ["bn", /\p{sc=Bengali}/gu],
  ["ar", /\p{sc=Arabic}/gu],
  ["ru", /\p{sc=Cyrillic}/gu],
];
/** Letters of Urdu that Arabic and Persian do not have. */
const urduLetters = /[\u0679\u0688\u0691\u06ba\u06c1\u06d2]/;
/** Letters of Persian and of Ukrainian, which are not told here: Arabic and Russian would be the wrong answer. */
const otherLetters = /[\u0686\u0698\u06a9\u06af]|[\u0454\u0456\u0457\u0491]/;
const longestLooked = 1_000;

/** The language of a text's first 1,000 UTF-16 units, by script and function words; English if neither decides. */
export function languageOf(text: string): Language {
  const looked = text.slice(0, longestLooked).toLowerCase();
  const latin = looked.match(/\p{sc=Latin}+/gu)?.length ?? 0;
  for (const [language, letters] of scripts) {
    const found = looked.match(letters)?.length ?? 0;
    // One name in another script does not decide; Japanese and Chinese texts contain Latin names.
    if (found < 2 || found < latin) continue;
    if (language === "ar" && urduLetters.test(looked)) return "ur";
    return otherLetters.test(looked) ? "en" : language;
  }
  const words = looked.match(/[\p{L}\p{M}]+(?:['’]\p{L}+)?/gu) ?? [];
  let best: Language = "en";
  let most = 0;
  for (const language of spaced) {
    const known = functionWordsOf(language);
    const count = words.filter((word) => known.has(word.replace("’", "'"))).length;
    if (count > most) [best, most] = [language, count];
  }
  return best;
}
