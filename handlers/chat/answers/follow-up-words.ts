import type { Language } from "../../lib/language.ts";

/** Words by which a language refers to what was said before; in lower case. */
export interface FollowUpWords {
  /** Beginnings that continue the last message: "and …", "what about …". */
  readonly opening: RegExp;
  /** Words that refer to something said before: pronouns, "the same", "instead". */
  readonly referring: RegExp;
  /** Prepositions that a message without a verb begins with: "in Docker?". */
  readonly preposition?: RegExp;
  /** Words that alone make a question about the last answer: "why?". */
  readonly asking: RegExp;
  /** Addresses the assistant itself: "who are you?". */
  readonly addressing?: RegExp;
}

/** An expression that matches any of the words as a whole. */
function words(list: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])(?:${list})(?![\\p{L}\\p{M}\\p{N}])`, "u");
}

/** An expression that matches any of the words at the beginning. */
function first(list: string): RegExp {
  return new RegExp(`^(?:${list})(?![\\p{L}\\p{M}\\p{N}])`, "u");
}

/** As `first`, where words are written without spaces. */
function begins(list: string): RegExp {
  return new RegExp(`^(?:${list})`, "u");
}

/** Covers the ten most spoken languages and a few more. */
export const followUpWords: Readonly<Record<Language, FollowUpWords>> = {
  en: {
    opening: first(
      "and|but|or|also|then|plus|otherwise|what about|how about|what if|what else|why not|same (?:for|with|question)",
    ),
    // "this" and "that" only as pronouns: not in "this project", not in "make sure that it".
    referring: words(
      "it|its|itself|they|them|their|theirs|those|these|ones|the other|the others|another|the same|instead|anything else|something else|do so|such|" +
        "(?<!(?:which|at|any|no|only) )one(?! (?:of|or)(?![\\p{L}]))|" +
        "this(?=[\\s,]*(?:[.?!]|$|(?:is|was|does|do|can|could|will|would|should|has|have|to|for|in|on|with|when|if|work|works|happen|happens|mean|means) ))|" +
        "(?<=(?:^|(?:does|do|did|is|was|can|could|will|would|should|has|of|for|to|in|on|with|from|like|about|after|before|than|by|at|and|but|when|if|why|where|how|what|doing|using|undo|change) ))that|that(?=(?: (?:on|off|up|down|out|back|away))?[\\s,]*(?:[.?!]|$))|" +
        "(?:too|as well|either|there|again|both)(?=[\\s,]*(?:[.?!]|$))",
    ),
    preposition: first(
      "in|with|without|for|on|using|from|to|at|by|via|under|inside|when|if|until|after|before|during|only",
    ),
    asking: words("why|how|where|when|who|which|what|more|example|examples|really"),
    addressing: words("you|your|yourself"),
  },
  de: {
    opening: first(
      "und|aber|oder|auch|dann|sonst|außerdem|was ist mit|wie ist es mit|wie sieht es|was, wenn|was wenn",
    ),
    referring: words(
      "(?<!(?:gibt|geht) )es|er|ihn|ihm|ihnen|dies|diese[rsnm]?|jene[rsnm]?|derselbe[n]?|dieselbe[n]?|dasselbe|stattdessen|davon|dafür|damit|dazu|daran|darin|dabei|darauf|darüber|daraus|dagegen|dort|deren|dessen|andere[rsnm]?|(?:das|auch|eins)(?=[\\s,]*(?:[.?!]|$))|(?<=(?:ist|geht|kann|wird|macht|funktioniert|braucht|ich|man) )das(?= )",
    ),
    preposition: first("in|mit|ohne|für|auf|bei|von|aus|zu|wenn|im|unter|nur|mittels"),
    asking: words("warum|wieso|weshalb|wie|wo|wann|wer|welche[rsnm]?|was|mehr|beispiel"),
    addressing: words("du|dir|dich|dein|deine"),
  },
  es: {
    opening: first("y|e|pero|o|también|entonces|además|qué tal|qué pasa|qué hay"),
    referring: words(
      "eso|esto|ello|ella|ellos|ellas|él|lo|ese|esa|esos|esas|aquello|allí|ahí|el mismo|la misma|lo mismo|otro|otra|otros|otras|en su lugar|\\p{L}+(?:ar|er|ir|ndo|ándo|éndo)l[oa]s?|también(?=[\\s,]*(?:[.?!]|$))",
    ),
    preposition: first("en|con|sin|para|por|desde|si|cuando|según|solo|sólo"),
    asking: words("por qué|porqué|cómo|dónde|cuándo|quién|cuál|cuáles|qué|más|ejemplo|ejemplos"),
    addressing: words("tú|eres|tienes|puedes|haces|llamas"),
  },
  fr: {
    opening: first("et|mais|ou|aussi|alors|sinon|puis|qu'en est-il|qu’en est-il"),
    referring: words(
      "(?<!(?:faut|y a)-?)(?:il|ils)(?! (?:y|faut|est possible))|elle|elles|cela|ça|ceci|celui|celle|ceux|celles|(?<!il )y(?! a)|le même|la même|les mêmes|un autre|une autre|d'autres|autrement|à la place|dedans|dessus|(?:aussi|là)(?=[\\s,]*(?:[.?!]|$))",
    ),
    preposition: first("en|avec|sans|pour|dans|sur|par|depuis|si|quand|chez|seulement"),
    asking: words("pourquoi|comment|où|quand|qui|quel|quelle|quels|quelles|quoi|plus|exemple"),
    addressing: words("tu|toi|vous|ton|votre"),
  },
  pt: {
    opening: first("e|mas|ou|também|então|além disso|que tal"),
    referring: words(
      "isso|isto|ele|ela|eles|elas|disso|nisso|disto|nisto|dele|dela|deles|delas|nele|nela|esse|essa|esses|essas|desse|dessa|aquilo|lá|o mesmo|a mesma|outro|outra|outros|outras|\\p{L}+-l[oa]s?|também(?=[\\s,]*(?:[.?!]|$))",
    ),
    preposition: first("em|com|sem|para|por|no|na|se|quando|só|apenas"),
    asking: words("por que|por quê|porque|como|onde|quando|quem|qual|quais|que|mais|exemplo"),
    addressing: words("você|tu|seu|teu"),
  },
  it: {
    opening: first("e|ed|ma|o|anche|allora|invece|inoltre|che ne dici"),
    referring: words(
      "esso|essa|essi|esse|lui|lei|loro|questo|questa|questi|queste|quello|quella|quelli|quelle|ciò|ne|lì|lo stesso|la stessa|un altro|un'altra|altri|altre|\\p{L}+(?:ar|er|ir|ndo)l[oaie]|anche(?=[\\s,]*(?:[.?!]|$))",
    ),
    preposition: first("in|con|senza|per|su|da|se|quando|nel|nella|solo"),
    asking: words("perché|come|dove|quando|chi|quale|quali|cosa|più|esempio"),
    addressing: words("tu|sei|ti|puoi|tuo"),
  },
  id: {
    opening: first("dan|tapi|tetapi|atau|lalu|kalau|bagaimana dengan|selain itu"),
    referring: words(
      "itu|tersebut|dia|mereka|yang sama|yang lain|lainnya|sebaliknya|(?!hanya|tanya|punya)\\p{L}{3,}nya|juga(?=[\\s,]*(?:[.?!]|$))",
    ),
    preposition: first("di|dengan|tanpa|untuk|pada|dari|jika"),
    asking: words("kenapa|mengapa|bagaimana|di mana|dimana|kapan|siapa|apa|contoh|contohnya"),
    addressing: words("kamu|anda"),
  },
  tr: {
    opening: first("ve|ama|peki|ya|veya|o zaman|ayrıca|peki ya"),
    referring: words(
      "o|onu|ona|onun|onda|ondan|bunu|buna|bunun|bunda|bundan|bunlar|bunları|onlar|onları|şunu|orada|aynı|aynısı|aynısını|başka|diğer|diğeri|yerine",
    ),
    asking: words("neden|niçin|niye|nasıl|nerede|ne zaman|kim|hangi|ne|örnek"),
    addressing: words("sen|siz|kimsin|nasılsın"),
  },
  ru: {
    opening: first("а|и|но|или|также|тогда|ну а|как насчёт|как насчет|а если"),
    referring: words(
      "он|она|оно|они|его|её|ее|их|им|ими|него|неё|нее|них|нему|ней|ним|нём|нем|это|этого|этом|этому|этим|этот|эта|эту|эти|этих|тот|там|туда|то же|так же|тоже|другой|другая|другое|другие|вместо",
    ),
    preposition: first("в|с|без|для|на|при|из|если|когда|от|до|через|только"),
    asking: words("почему|зачем|как|где|когда|кто|какой|какая|какие|сколько|что|пример|подробнее"),
    addressing: words("ты|вы|тебя|вас"),
  },
  ar: {
    opening: first(
      "و(?:ماذا|ما|كيف|هل|أين|متى|لماذا|من|كم|إذا|لو|مع|في|بدون)|وماذا عن|ماذا عن|لكن|ولكن|أو|ثم|أيضا|أيضًا",
    ),
    referring: words(
      "هو|هي|هم|هذا|هذه|ذلك|تلك|هؤلاء|هناك|نفسه|نفسها|غيره|غيرها|أيضا|أيضًا|[وف]?(?:به|بها|له|لها|منه|منها|عنه|عنها|عليه|عليها|فيه|فيها|إليه|إليها)|\\p{L}{3,}ها|[يتنأ]\\p{L}{2,}ه",
    ),
    preposition: first("في|مع|بدون|بلا|على|من|عند|إذا|باستخدام"),
    asking: words("لماذا|كيف|أين|متى|كم|ماذا|مثال|المزيد"),
    addressing: words("أنت|أنتم|اسمك|حالك"),
  },
  ur: {
    opening: first("اور|لیکن|مگر|یا|تو|پھر"),
    referring: words(
      "یہ|وہ|اس|اسے|اسکا|اسکی|اسکے|ان|انہیں|انکا|وہی|وہاں|یہی|دوسرا|دوسری|بھی(?=[\\s،]*(?:[.?!؟]|$))",
    ),
    asking: words("کیوں|کیسے|کہاں|کب|کون|کیا|مثال"),
    addressing: words("تم|آپ|تمہارا|آپکا"),
  },
  hi: {
    opening: first("और|लेकिन|पर|मगर|या|तो|फिर"),
    referring: words(
      "यह|ये|वह|वे|इस|इसे|इसका|इसके|इसकी|इसको|इसमें|इससे|उस|उसे|उसका|उसके|उसकी|उसको|उसमें|उससे|उनका|उनके|उनकी|उन्हें|इन्हें|इनका|इनके|इनकी|वही|वहाँ|वहां|यही|दूसरा|दूसरी|दूसरे|भी(?=[\\s,]*(?:[.?!।]|$))",
    ),
    asking: words("क्यों|कैसे|कहाँ|कहां|कब|कौन|क्या|उदाहरण"),
    addressing: words("तुम|आप|तुम्हारा|आपका"),
  },
  bn: {
    opening: first("আর|এবং|কিন্তু|বা|অথবা|তাহলে|তবে"),
    referring: words(
      "এটি|এটা|এটির|এটার|এটাকে|এটিকে|এর|একে|তা|তার|তাকে|সেটা|সেটি|সেটির|সেটাকে|ওটা|ওটাকে|এগুলো|সেগুলো|সেখানে|এতে|তাতে|একই|অন্য|অন্যটা|অন্যটি",
    ),
    asking: words("কেন|কীভাবে|কিভাবে|কোথায়|কখন|কে|কী|কি|উদাহরণ"),
    addressing: words("তুমি|আপনি|তোমার|আপনার"),
  },
  zh: {
    opening: begins("那|还有|另外|然后|但是|但|或者|而|如果|要是|换成|以及|再"),
    referring:
      /它|这个|那个|这样|那样|这些|那些|这种|那种|这(?=是|会|能|可|要|需|怎|为|在|对|里|边)|其(?=他|它|中|余)|该(?!怎|如|用|做|选|在|放|不)|前者|后者|同样|一样|另一个|别的|还(?:要|需|能|可)|也(?:能|可|要|行)|呢[？?]?$/u,
    asking: /为什么|为何|怎么|如何|什么|哪|多少|例子|具体|详细/u,
    addressing: /你|您/u,
  },
  ja: {
    opening: begins("では|じゃあ|じゃ|それで|それなら|そして|でも|また|あと|他に|ほかに|もし"),
    referring:
      /それ|そこ|その|そう(?:する|した|でな)|これ|これら|あれ|同じ|他の|ほかの|別の|代わり|(?:は|なら)[？?]$/u,
    asking: /なぜ|どうして|どう|どこ|いつ|誰|何|例|詳し/u,
    addressing: /あなた|きみ|君/u,
  },
  ko: {
    opening: begins("그럼|그러면|그리고|그런데|근데|하지만|또|아니면|만약"),
    referring:
      /그것|그거|그걸|그건|이것|이거|이걸|이건|거기|같은|다른|대신|그(?=\s)|(?:은|는)요?[？?]?$/u,
    asking: /왜|어떻게|어디|언제|누구|무엇|뭐|예시|자세히/u,
    addressing: /너|당신|넌/u,
  },
};

/** Courtesies in these languages, which ask nothing. */
export const courtesies: ReadonlySet<string> = new Set(
  (
    "thanks thank thx cheers ok okay great good nice cool perfect fine super awesome excellent wonderful amazing helpful helps helped hello hi hey bye goodbye welcome please sorry yes yeah yep no nope sure right understood understand clear wow lovely brilliant much lot morning evening afternoon day night work works worked working done job answer " +
    "danke dankeschön gut prima toll klasse hallo tschüss bitte ja nein genau klar verstanden schön vielen dank morgen tag abend hilfreich funktioniert alles " +
    "gracias bien genial perfecto vale hola adiós sí claro entendido muchas buenos buenas días tardes noches " +
    "merci bien super parfait bonjour salut oui non d'accord compris beaucoup bonsoir revoir " +
    "obrigado obrigada ótimo perfeito olá oi tchau sim não certo entendi beleza bom dia boa tarde noite valeu " +
    "grazie mille bene ottimo perfetto ciao buongiorno arrivederci sì va capito " +
    "terima kasih makasih bagus baik halo ya tidak oke mantap selamat pagi siang malam " +
    "teşekkürler teşekkür ederim sağol güzel harika tamam merhaba evet hayır selam " +
    "спасибо большое хорошо отлично привет пока да нет понятно понял поняла ясно ок супер здравствуйте благодарю огромное " +
    "شكرا شكرًا جزيلا جزيلاً حسنا حسنًا ممتاز رائع مرحبا أهلا نعم لا تمام جيد السلام عليكم وداعا مفهوم " +
    "شکریہ بہت ٹھیک اچھا ہاں نہیں سلام زبردست " +
    "धन्यवाद शुक्रिया बहुत अच्छा ठीक बढ़िया नमस्ते हाँ हां नहीं समझ गया गई " +
    "ধন্যবাদ অনেক ভালো ঠিক আছে দারুণ হ্যালো নমস্কার হ্যাঁ না বুঝেছি"
  ).split(" "),
);

/** Courtesies in scripts without spaces; a longer one comes before its own beginning. */
export const denseCourtesies =
  /谢谢你?|多谢|感谢|好的|好吧|好|明白了|明白|知道了|懂了|太好了|太棒了|不错|你好|您好|再见|是的|对的|没问题|ありがとうございます|ありがとう|どうも|わかりました|分かりました|了解です|了解|はい|いいえ|こんにちは|おはよう|さようなら|なるほど|素晴らしい|感謝します|감사합니다|고마워요|고마워|고맙습니다|네|예|아니요|알겠습니다|알겠어요|좋아요|좋습니다|안녕하세요|안녕|훌륭해요/gu;
