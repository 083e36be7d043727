// Expressions for sentences that make no claim about the documents' subject, in each known language.

/** Greetings, courtesy, and announcements of the assistant about itself or what it is going to do. */
const courtesy =
  /^(?:hello|hi|hey|welcome|greetings|thanks|thank you|you(?:'|’)re welcome|sure|of course|certainly|great|sorry|unfortunately, i|i(?:'|’)m|i(?:'|’)ll|i(?:'|’)ve|i (?:am|can|could|cannot|can't|can’t|don't|don’t|do not|did|couldn't|couldn’t|have|will|would|found|hope)|let me|please (?:let|ask|tell)|feel free|hope|if you (?:need|have|want|would like) (?:more|any|other|further|help|to know)|here(?:'s|’s| is| are)|ok|okay|done|hallo|guten|willkommen|danke|gerne?|natürlich|ich|leider|hola|bienvenido|gracias|claro|por supuesto|lo siento|no (?:lo )?sé|puedo|bonjour|bienvenue|merci|bien sûr|désolée?|je|j'|olá|oi|bem-vindo|obrigad[oa]|claro|desculpe|posso|eu|ciao|salve|grazie|certo|mi dispiace|io|non (?:lo )?so|halo|selamat|terima kasih|tentu|maaf|saya|merhaba|teşekkür|elbette|üzgünüm|ben|привет|здравствуйте|спасибо|конечно|извините|к сожалению|я|مرحب|أهل|شكر|بالطبع|عذر|آسف|أنا|لا أعرف|سلام|شکریہ|معذرت|میں|नमस्ते|धन्यवाद|क्षमा|मैं|মাফ|ধন্যবাদ|নমস্কার|আমি|你好|您好|谢谢|当然|抱歉|对不起|我|こんにちは|ありがとう|もちろん|申し訳|私は|안녕|감사|물론|죄송|저는)(?![\p{sc=Latin}\p{sc=Cyrillic}])/iu;

const documents =
  /(?<!\p{L})(?:documents?|documentation|docs|passages?|sources?|text|context|dokument\p{L}*|passagen|unterlagen|quellen|documentos?|documentación|pasajes?|fuentes|documentação|trechos|fontes|documenti|passaggi|fonti|testo|belge\p{L}*|kaynak\p{L}*|dokumen|sumber|документ\p{L}*|отрыв\p{L}*|المستندات|الوثائق|النص\p{L}*|دستاویز\p{L}*|दस्तावेज़?\p{M}*\p{L}*|নথি\p{L}*)(?!\p{L})|文档|文件|资料|段落|ドキュメント|文書|資料|문서|자료/iu;

const negation =
  /(?<!\p{L})(?:not|no|nothing|none|never|nowhere|cannot|\p{L}+n['’]t|nicht|nichts|keine?\p{L}*|nada|ningun[oa]?|ningún|pas|rien|aucune?|não|nenhuma?|non|nulla|niente|nessun\p{L}*|değil|yok|tidak|bukan|не|ничего|нет|لا|لم|ليس|ليست|نہیں|नहीं|নেই|না)(?!\p{L})|m[ıiuü]yor|[没未無无不]|ありません|ません|ない|없|않/iu;

/** Characters; a longer sentence says more than that the documents have no answer. */
const longestRefusal = 240;

/** Whether a sentence needs no support by the documents. */
export function makesNoClaim(text: string): boolean {
  if (/[?？؟]["'”’»)*_]*$/.test(text)) return true;
  // The list or code after an introduction repeats it.
  if (/[:：]["'”’»)*_]*$/.test(text)) return true;
  if (courtesy.test(text.replace(/^[*_"“'\s]+/, ""))) return true;
  return text.length <= longestRefusal && documents.test(text) && negation.test(text);
}
