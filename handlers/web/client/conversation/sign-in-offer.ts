import { signInForTasks } from "../../../contract/tool-names.ts";
import type { AnswerView } from "../answers/answer-view.ts";
import type { Message } from "../lib/api.ts";
import type { ConversationScreen } from "./screen.ts";

/** Below an answer that asks a guest to sign in, offers to do so; the request goes back into the composer. */
export function offerSignIn(
  content: string,
  message: Message | undefined,
  answer: AnswerView,
  screen: ConversationScreen,
): void {
  if (content !== signInForTasks || message?.kind !== "question") return;
  answer.offerSignIn(() => screen.needSignIn(message, "Sign in, then send your request."));
}
