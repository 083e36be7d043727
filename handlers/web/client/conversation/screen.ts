import type { AnswerView } from "../answers/answer-view.ts";
import type { Message } from "../lib/api.ts";
import type { ToolNews, Trouble } from "../lib/wire.ts";

/** The page's parts that show the conversation or react to it. */
export interface ConversationScreen {
  addQuestion(text: string): HTMLElement;
  /** @param question what it answers; none: a decision on a confirmation */
  addAnswer(question?: string): AnswerView;
  /** Shows a problem; a retry, if offered, removes it first. */
  addTrouble(problem: Trouble, retry?: () => void): void;
  /** Shows an empty conversation. */
  readonly clear: () => void;
  /** Scrolls to the end, and stays there while messages are added. */
  readonly showEnd: () => void;
  showLoading(): void;
  /** Says that the conversation cannot be opened. */
  showMissing(): void;
  readonly showTitle: (title: string) => void;
  setBusy(busy: boolean): void;
  /** Reads a line out to screen readers. */
  announce(line: string): void;
  /** Called after each tool call of the assistant. */
  onToolResult(call: ToolNews): void;
  /** Called when a conversation begins. */
  onNew(): void;
  /** Called when the server has accepted a message. */
  readonly onAsked: (conversation: string) => void;
  /** Called when an answer ends. */
  onProgress(): void;
  /** Called when only a signed-in user can ask this. `reason` is shown in the sign-in dialog. */
  needSignIn(message: Message, reason: string): void;
}
