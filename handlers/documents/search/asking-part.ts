/** A question of fewer sentences and units is searched whole: what precedes its question mark is its subject. */
const fewestSentences = 3;
const longestWhole = 300;
const ends = /(?<=[.!?؟;…]["'”’»)\]]*)\s+|(?<=[。！？]["'”’»）」』]*)|\n+/u;
const questionMark = /[?？؟]["'”’»）」』)\]]*\s*$/u;
/** How a question begins, in languages that put the interrogative first; in the others, what it contains. */
const interrogative =
  /^(?:how|what|where|when|which|who|why|can|could|should|does|do|is|are|wie|was|wo|wann|warum|welche[rsnm]?|wer|kann|comment|pourquoi|où|quand|quelles?|quels?|combien|cómo|qué|dónde|cuándo|cuál|por qué|como|quando|qual|onde|porque|come|dove|quale|perché|как|что|где|когда|почему|какой|можно ли|كيف|ما|ماذا|أين|متى|لماذا|هل|bagaimana|apa|di mana|nasıl|neden)(?=[\s'’]|$)|怎么|如何|怎样|什么|为什么|哪里|吗|どう|なぜ|何|어떻게|무엇|कैसे|क्या|کیسے|کیا|কীভাবে|কিভাবে/iu;

/** A question, what of it asks, and what the asking sentences lean on. */
export interface QuestionParts {
  /** The sentences that ask; all where none does, or where the question is short. */
  readonly asking: string;
  /** The sentences right before them, which often name the subject. */
  readonly leading: string;
}

/**
 * The parts of a long question: its sentences with a question mark, or else those that begin as questions do, and
 * the ones right before them. Greetings, thanks and the story around them are in neither.
 */
export function partsOf(question: string): QuestionParts {
  const sentences = question.split(ends).filter((part) => part.trim() !== "");
  const whole = { asking: question, leading: "" };
  if (sentences.length < fewestSentences && question.length <= longestWhole) return whole;
  const marked = sentences.filter((text) => questionMark.test(text));
  const asking =
    marked.length > 0 ? marked : sentences.filter((text) => interrogative.test(text.trim()));
  if (asking.length === 0) return whole;
  const leading = sentences.filter(
    (text, index) => !asking.includes(text) && asking.includes(sentences[index + 1] ?? ""),
  );
  return { asking: asking.join("\n"), leading: leading.join("\n") };
}

/** What of a question is ranked with and quoted for: the sentences that ask, and those that they lean on. */
export function coreOf(question: string): string {
  const { asking, leading } = partsOf(question);
  return leading === "" ? asking : `${leading}\n${asking}`;
}
