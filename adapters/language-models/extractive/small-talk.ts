import { smallTalkInOtherLanguages } from "./small-talk-other-languages.ts";

const greetings =
  /^(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|salam|assalamu alaikum|as-salamu alaykum|namaste)(?: (?:there|docent|everyone|all))?$/i;
const thanks =
  /^(?:(?:ok(?:ay)?|great|perfect|nice|cool)[,.!]? )?(?:thanks|thank you|thx|cheers)(?: (?:a lot|so much|very much|docent))?$/i;
const farewell = /^(?:bye|goodbye|see you|good night)$/i;
const identity =
  /^(?:who are you|what are you|what is your name|what's your name|what can you do|what can i ask(?: you)?|what do you do|how can you help(?: me)?|help|help me)$/i;
const assent =
  /^(?:ok|okay|k|yes|yep|yeah|sure|no|nope|great|good job|well done|nice|cool|perfect|fine|good|alright|all right|got it|i see|yes,? please|no,? thanks?|no,? thank you|do it|approve|confirm)$/i;
const wellBeing = /^(?:how are you|how are you doing|how's it going|how is it going)$/i;

const examples =
  "“add a task to buy milk”, “list my tasks”, “complete task 2”, “rename task 2 to …” or “delete task 2”";

export interface Moment {
  readonly hasTasks: boolean;
  /** Whether the assistant's last message asks for a confirmation. */
  readonly isWaiting: boolean;
}

/** The reply to a message that is small talk as a whole; undefined for any other. */
export function smallTalk(message: string, { hasTasks, isWaiting }: Moment): string | undefined {
  const line = message
    .replaceAll(/\s+/g, " ")
    .replaceAll("’", "'")
    .replace(/[\s.!?,]*$/, "")
    .trim();
  if (greetings.test(line)) return "Hello! What would you like to know?";
  if (assent.test(line)) {
    if (!isWaiting) return "All right. What would you like to know?";
    return "Nothing is done yet: a word is not enough for this. Please press “Approve” or “Decline”.";
  }
  if (!/[\p{L}\p{N}]/u.test(line)) return "What would you like to know?";
  if (thanks.test(line)) return "You are welcome.";
  if (farewell.test(line)) return "Goodbye!";
  if (wellBeing.test(line)) return "Fine, thank you. What would you like to know?";
  const translated = smallTalkInOtherLanguages(message, hasTasks ? `${examples}.` : undefined);
  if (translated !== undefined || !identity.test(line)) return translated;
  const work = hasTasks ? ` I also keep your tasks: say ${examples}.` : "";
  return `I am Docent. I answer questions from these documents, in their own words and with their sources.${work}`;
}
