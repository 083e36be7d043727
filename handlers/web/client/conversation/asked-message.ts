import type { Message } from "../lib/api.ts";
import type { Trouble } from "../lib/wire.ts";

/** What an answer answers. */
export interface AskedMessage {
  /** Undefined: an answer that is being written is resumed. */
  readonly message?: Message | undefined;
  readonly question?: HTMLElement | undefined;
  /** What to ask where the answer is cut off; the message by default. */
  readonly again?: Message | undefined;
}

/** How an answer ended. */
export interface AnswerOutcome {
  readonly accepted: boolean;
  /** Of the stored answer; undefined where none began. */
  readonly messageId: string | undefined;
  readonly failure: Trouble | undefined;
}

/** The text of a question; undefined for a decision. */
export function textOf(message: Message | undefined): string | undefined {
  return message?.kind === "question" ? message.text : undefined;
}
