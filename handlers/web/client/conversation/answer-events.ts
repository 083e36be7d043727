import { withoutMarkers } from "../../../contract/citation-marker.ts";
import type { AnswerView } from "../answers/answer-view.ts";
import type { Address } from "../lib/address.ts";
import type { Message } from "../lib/api.ts";
import type { Session } from "../lib/session.ts";
import { siteName } from "../lib/site-name.ts";
import type { ShownEvent, Trouble } from "../lib/wire.ts";
import type { ConversationScreen } from "./screen.ts";
import { offerSignIn } from "./sign-in-offer.ts";
import { noteOn } from "./stored-answer.ts";
import { cutOff } from "./troubles.ts";

export interface AnswerEventsOptions {
  /** Undefined: an answer that is being written is read on. */
  readonly message: Message | undefined;
  readonly answer: AnswerView;
  readonly address: Address;
  readonly session: Session;
  readonly screen: ConversationScreen;
}

/** What the events of one answer have told so far. */
export interface AnswerEvents {
  readonly hear: (event: ShownEvent) => void;
  /** The answer's conversation, once it is known. */
  readonly conversation: () => string | undefined;
  /** The stored answer's id, once it is known. */
  readonly answerId: () => string | undefined;
  /** Why the server could not finish the answer. */
  readonly failure: () => Trouble | undefined;
}

/** Creates the function that shows an answer's events, of which the first opens the conversation. */
export function createAnswerEvents(options: AnswerEventsOptions): AnswerEvents {
  const { message, answer, address, session, screen } = options;
  let conversation = message === undefined ? address.conversation() : undefined;
  let answerId: string | undefined;
  let failure: Trouble | undefined;

  function hear(event: ShownEvent): void {
    switch (event.type) {
      case "metadata": {
        const isNew = address.conversation() !== event.conversation_id;
        conversation = event.conversation_id;
        answerId = event.message_id;
        const { access_token, refresh_token } = event;
        // A guest's, who must not take the place of a user who has signed in meanwhile.
        if (access_token && refresh_token && !session.tokens())
          session.keep({ access_token, refresh_token });
        if (isNew) {
          address.show(conversation, "current");
          screen.onNew();
        }
        if (message) screen.onAsked(conversation);
        answer.restart();
        return answer.remark(event.degraded);
      }
      case "token":
        return answer.push(event.content);
      case "tool_call":
        return answer.tool(event);
      case "tool_result":
        answer.tool(event);
        return screen.onToolResult(event);
      case "confirmation":
        answer.confirm(event);
        return screen.announce(`${siteName()} asks for your approval: ${event.summary}`);
      case "done": {
        answer.remark(event.degraded);
        const { content, sources, related, unsupported } = event;
        const note = noteOn(event.finish_reason);
        answer.finish({ id: answerId, content, sources, related, unsupported, note });
        offerSignIn(content, message, answer, screen);
        return screen.announce(`Answer: ${withoutMarkers(event.content).replace(/[*`#]/g, "")}`);
      }
      case "error": {
        const { code, message: detail, retryable } = event;
        // As for a stored answer that was cut off, the question can only be asked again.
        failure = code === cutOff.code ? cutOff : { code, detail, status: 0, retryable };
      }
    }
  }

  return {
    hear,
    conversation: () => conversation,
    answerId: () => answerId,
    failure: () => failure,
  };
}
