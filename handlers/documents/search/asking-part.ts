/** A question with fewer sentences, and at most this many UTF-16 units, is searched as a whole. */
const fewestSentences = 3;
const longestWhole = 300;
const ends = /(?<=[.!?؟;…]["'”’»)\]]*)\s+|(?<=[。！？]["'”’»）」』]*)|\n+/u;
const questionMark = /[?？؟]["'”’»）」』)\]]*\s*$/u;
/** The first words of questions; for languages with the interrogative inside the sentence, that word. */
const interrogative =
  /^(?:how|what|where|when|which|who|why|can|could|should|does|do|is|are|wie|was|wo|wann|warum|welche[rsnm]?|wer|kann|comment|pourquoi|où|quand|quelles?|quels?|combien|cómo|qué|dónde|cuándo|cuál|por qué|como|quando|qual|onde|porque|come|dove|quale|perché|как|что|где|когда|почему|какой|можно ли|كيف|ما|ماذا|أين|متى|لماذا|هل|bagaimana|apa|di mana|nasıl|neden)(?=[\s'’]|$)|怎么|如何|怎样|什么|为什么|哪里|吗|どう|なぜ|何|어떻게|무엇|कैसे|क्या|کیسے|کیا|কীভাবে|কিভাবে/iu;

/** The parts of a question that are searched with full or high weight. */
export interface QuestionParts {
  /** The sentences that ask; the whole question where no sentence asks or the question is short. */
  readonly asking: string;
  /** The sentences directly before those, which often name the subject. */
  readonly leading: string;
}

/**
 * Splits a long question into its asking sentences and the sentences directly before them. A sentence asks if it ends in
 * a question mark; where none does, a sentence with an interrogative asks. Greetings, thanks and the story around the
 * question are in neither part.
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

/** The part of a question that passages are ranked and quoted for: both of its parts, without the rest. */
export function coreOf(question: string): string {
  const { asking, leading } = partsOf(question);
  return leading === "" ? asking : `${leading}\n${asking}`;
}
