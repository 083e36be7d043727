import type { Api, Message } from "../lib/api.ts";
import type { AnswerView } from "../answers/answer-view.ts";
import { hearAnswer } from "../lib/connection.ts";
import { needsSignIn, problemOf } from "../lib/request.ts";
import type { Session } from "../lib/session.ts";
import type { BrowserStorage } from "../lib/storage.ts";
import { findConfirmations, type StoredConfirmation } from "../answers/stored-confirmations.ts";
import { withoutMarkers } from "../../../contract/citation-marker.ts";
import type { StoredMessage } from "../../../contract/conversation.ts";
import type { ShownEvent, ToolNews, Trouble } from "../lib/wire.ts";

/** The page's parts that show the conversation or react to it. */
export interface ConversationScreen {
  addQuestion(text: string): HTMLElement;
  addAnswer(): AnswerView;
  /** Shows a problem; a retry, if offered, removes it first. */
  addTrouble(problem: Trouble, retry?: () => void): void;
  clear(): void;
  setBusy(busy: boolean): void;
  /** Reads a line out to screen readers. */
  announce(line: string): void;
  /** Called after each tool call of the assistant. */
  onToolResult(call: ToolNews): void;
  /** Called when a conversation begins and when an answer ends. */
  onProgress(): void;
  /** Called when only a signed-in user can ask this. */
  needSignIn(message: Message): void;
}

export interface Conversation {
  ask(question: string): Promise<void>;
  /** Answers a confirmation; resolves to the problem when the server refuses the answer. */
  confirm(id: string, approve: boolean): Promise<Trouble | undefined>;
  /** Stops the running answer; its text so far stays. */
  stop(): Promise<void>;
  /** Shows the conversation that was open at the last visit. */
  restore(): Promise<void>;
  open(id: string): Promise<void>;
  startNew(): void;
}

interface Outcome {
  readonly accepted: boolean;
  readonly failure: Trouble | undefined;
}

/** Creates the conversation, which sends messages and shows and resumes answers. */
export function createConversation(
  api: Api,
  session: Session,
  storage: BrowserStorage,
  screen: ConversationScreen,
): Conversation {
  let running: { controller: AbortController; stopping: boolean } | undefined;

  /** Undefined when the reader has opened another conversation meanwhile. */
  async function hear(
    message: Message | undefined,
    answer: AnswerView,
  ): Promise<Outcome | undefined> {
    const run = { controller: new AbortController(), stopping: false };
    const { signal } = run.controller;
    running = run;
    screen.setBusy(true);
    let failure: Trouble | undefined;
    let known = message === undefined ? storage.conversation() : undefined;

    const onEvent = (event: ShownEvent): void => {
      switch (event.type) {
        case "metadata": {
          const isNew = storage.conversation() !== event.conversation_id;
          known = event.conversation_id;
          storage.keepConversation(known);
          const { access_token, refresh_token } = event;
          if (access_token && refresh_token) session.keep({ access_token, refresh_token });
          if (isNew) screen.onProgress();
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
          return screen.announce(`Docent asks for your approval: ${event.summary}`);
        case "done": {
          const stopped = event.finish_reason === "cancelled";
          answer.remark(event.degraded);
          const { content, sources, unsupported } = event;
          answer.finish({ content, sources, unsupported, stopped });
          return screen.announce(`Answer: ${withoutMarkers(event.content).replace(/[*`#]/g, "")}`);
        }
        case "error": {
          const { code, message: detail, retryable } = event;
          failure = { code, detail, status: 0, retryable };
        }
      }
    };

    try {
      const listener = { hear: onEvent, report: answer.report, conversation: () => known };
      const complete = await hearAnswer(api, message, listener, signal);
      if (!complete && known) failure = await showStored(known, answer);
    } catch (error) {
      const problem = problemOf(error);
      if (message && needsSignIn(problem)) screen.needSignIn(message);
      if (running !== run) return undefined;
      if (!signal.aborted) failure = problem;
      else answer.finish({ content: answer.words(), sources: [], stopped: true });
    }
    if (running !== run) return undefined;
    running = undefined;
    screen.setBusy(false);
    screen.onProgress();
    if (failure) {
      if (answer.isEmpty()) answer.element.remove();
      else answer.finish({ content: answer.words(), sources: [], stopped: false });
      answer.report("");
    }
    return { accepted: known !== undefined, failure };
  }

  async function hearQuestion(message: Message | undefined, question?: HTMLElement): Promise<void> {
    const answer = screen.addAnswer();
    const outcome = await hear(message, answer);
    if (!outcome?.failure) return;
    if (question && needsSignIn(outcome.failure)) {
      question.remove();
      answer.element.remove();
      if (!storage.conversation()) screen.clear();
      return;
    }
    screen.addTrouble(outcome.failure, () => {
      answer.element.remove();
      void hearQuestion(message, question);
    });
  }

  /** Shows an answer from the stored conversation, because it ended while the connection was lost. */
  async function showStored(id: string, answer: AnswerView): Promise<Trouble | undefined> {
    const { messages } = await api.readConversation(id);
    const last = messages.findLast(({ role }) => role === "assistant");
    if (last) show(last, answer, findConfirmations(messages).get(last.id));
    return last && last.status !== "failed" ? undefined : interrupted;
  }

  async function showAll(id: string): Promise<void> {
    const { messages } = await api.readConversation(id);
    // The reader may have opened another conversation during the fetch.
    if (storage.conversation() !== id || running) return;
    screen.clear();
    const confirmations = findConfirmations(messages);
    for (const [index, message] of messages.entries()) {
      if (message.role === "user") {
        if (message.content !== "") screen.addQuestion(message.content);
      } else if (message.status === "streaming" && index === messages.length - 1) {
        await hearQuestion(undefined);
      } else show(message, screen.addAnswer(), confirmations.get(message.id));
    }
  }

  function leave(): void {
    running?.controller.abort();
    running = undefined;
    screen.setBusy(false);
    screen.clear();
  }

  const conversation: Conversation = {
    async ask(text) {
      if (running) return;
      const question = screen.addQuestion(text);
      await hearQuestion({ kind: "question", text }, question);
    },
    async confirm(id, approve) {
      if (running) return busy;
      const answer = screen.addAnswer();
      const outcome = await hear({ kind: "confirm", id, approve }, answer);
      if (!outcome?.failure) return undefined;
      if (!outcome.accepted) return outcome.failure;
      screen.addTrouble(outcome.failure);
      return undefined;
    },
    async stop() {
      const run = running;
      if (!run || run.stopping) return;
      run.stopping = true;
      const id = storage.conversation();
      try {
        if (id) await api.stop(id);
        // The stream should end with `done`; after 2 s the page ends it.
        setTimeout(() => run.controller.abort(), id ? 2000 : 0);
      } catch {
        run.controller.abort();
      }
    },
    async restore() {
      const id = storage.conversation();
      if (!id) return;
      try {
        await showAll(id);
      } catch (error) {
        const problem = problemOf(error);
        if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) {
          return storage.keepConversation(undefined);
        }
        screen.addTrouble(problem, () => void conversation.restore());
      }
    },
    async open(id) {
      leave();
      storage.keepConversation(id);
      await conversation.restore();
    },
    startNew() {
      storage.keepConversation(undefined);
      leave();
    },
  };
  return conversation;
}

function show(
  message: StoredMessage,
  answer: AnswerView,
  confirmations: readonly StoredConfirmation[] = [],
): void {
  const { content, sources, unsupported, tool_calls: calls, status } = message;
  for (const call of calls) answer.tool(call);
  for (const confirmation of confirmations) answer.confirm(confirmation);
  answer.finish({ content, sources, unsupported, stopped: status === "stopped" });
}

const interrupted: Trouble = {
  code: "interrupted",
  detail: "The answer was interrupted.",
  status: 0,
  retryable: true,
};

const busy: Trouble = {
  code: "conversation_busy",
  detail: "Wait until the answer is complete.",
  status: 0,
  retryable: true,
};
