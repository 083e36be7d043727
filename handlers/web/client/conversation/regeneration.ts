import type { AnswerView } from "../answers/answer-view.ts";
import type { Message } from "../lib/api.ts";
import type { Trouble } from "../lib/wire.ts";
import { textOf, type AskedMessage, type AnswerOutcome } from "./asked-message.ts";
import type { ConversationScreen } from "./screen.ts";

export interface RegenerationDependencies {
  readonly screen: ConversationScreen;
  /** Whether an answer is being written. */
  readonly isBusy: () => boolean;
  /** Sends a message and shows its answer; undefined when the reader has left the conversation meanwhile. */
  readonly hear: (
    message: Message | undefined,
    answer: AnswerView,
  ) => Promise<AnswerOutcome | undefined>;
  /** Shows why an answer failed. */
  readonly offerAgain: (failure: Trouble, answer: AnswerView, asked: AskedMessage) => void;
}

/** Lets the reader ask the last question again: the new answer replaces the old one, here and on the server. */
export function createRegeneration({ screen, isBusy, hear, offerAgain }: RegenerationDependencies) {
  /** @param id of the stored answer; undefined: not stored, so nothing can be replaced */
  function offer(answer: AnswerView, asked: AskedMessage, id: string | undefined): void {
    const { again } = asked;
    if (again?.kind !== "question" || id === undefined) return;
    const message = { ...again, replaces: id };
    answer.offerRegenerate(() => void regenerate(answer, { ...asked, message }));
  }

  async function regenerate(before: AnswerView, asked: AskedMessage): Promise<void> {
    if (isBusy()) return;
    const answer = screen.addAnswer(textOf(asked.again));
    // The button that had the focus disappears.
    answer.element.focus({ preventScroll: true });
    before.element.hidden = true;
    const outcome = await hear(asked.message, answer);
    if (!outcome) return;
    const { accepted, messageId, failure } = outcome;
    if (accepted) before.element.remove();
    else before.element.hidden = false;
    // Stopped before it began: nothing takes the answer's place.
    if (!accepted && !failure) answer.element.remove();
    if (!failure) offer(answer, asked, messageId);
    else if (accepted) offerAgain(failure, answer, { ...asked, message: asked.again });
    else screen.addTrouble(failure, () => void regenerate(before, asked));
  }

  return { offer };
}
