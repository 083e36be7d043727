import type { Api, Message } from "../lib/api.ts";
import { siteName } from "../lib/site-name.ts";
import type { AnswerView } from "../answers/answer-view.ts";
import { hearAnswer } from "../lib/connection.ts";
import { needsSignIn, problemOf } from "../lib/request.ts";
import type { Session } from "../lib/session.ts";
import type { BrowserStorage } from "../lib/storage.ts";
import { textOf, type AskedMessage, type AnswerOutcome } from "./asked-message.ts";
import { createRegeneration } from "./regeneration.ts";
import { findConfirmations } from "../answers/stored-confirmations.ts";
import { withoutMarkers } from "../../../contract/citation-marker.ts";
import type { ConversationScreen } from "./screen.ts";
import { cutOff, isCutOff, noteOn, showLast, showStored } from "./stored-answer.ts";
import type { ShownEvent, Trouble } from "../lib/wire.ts";
import { offerSignIn } from "./sign-in-offer.ts";

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

/** Creates the conversation, which sends messages and shows and resumes answers. */
export function createConversation(
  api: Api,
  session: Session,
  storage: BrowserStorage,
  screen: ConversationScreen,
): Conversation {
  const regeneration = createRegeneration({
    screen,
    isBusy: () => running !== undefined,
    hear,
    offerAgain,
  });
  let running: { controller: AbortController; stopping: boolean } | undefined;

  /** Undefined when the reader has opened another conversation meanwhile. */
  async function hear(
    message: Message | undefined,
    answer: AnswerView,
  ): Promise<AnswerOutcome | undefined> {
    const run = { controller: new AbortController(), stopping: false };
    const { signal } = run.controller;
    running = run;
    screen.setBusy(true);
    let failure: Trouble | undefined;
    let isShown = false;
    let known = message === undefined ? storage.conversation() : undefined;
    let messageId: string | undefined;

    const onEvent = (event: ShownEvent): void => {
      switch (event.type) {
        case "metadata": {
          const isNew = storage.conversation() !== event.conversation_id;
          known = event.conversation_id;
          messageId = event.message_id;
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
          return screen.announce(`${siteName()} asks for your approval: ${event.summary}`);
        case "done": {
          answer.remark(event.degraded);
          const { content, sources, related, unsupported } = event;
          const note = noteOn(event.finish_reason);
          answer.finish({ id: messageId, content, sources, related, unsupported, note });
          offerSignIn(content, message, answer, screen);
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
      if (!complete && known) {
        failure = await showLast(api, known, answer, signal);
        isShown = true;
      }
    } catch (error) {
      const problem = problemOf(error);
      if (message && needsSignIn(problem)) screen.needSignIn(message, "Sign in to go on.");
      if (running !== run) return undefined;
      if (!signal.aborted) failure = problem;
      else answer.finish({ content: answer.words(), sources: [], note: "Stopped" });
    }
    if (running !== run) return undefined;
    running = undefined;
    screen.setBusy(false);
    screen.onProgress();
    if (failure) {
      if (answer.isEmpty()) answer.element.remove();
      else if (!isShown) answer.finish({ content: answer.words(), sources: [] });
      answer.report("");
    }
    return { accepted: known !== undefined, messageId, failure };
  }

  async function hearQuestion({ message, question, again = message }: AskedMessage): Promise<void> {
    const answer = screen.addAnswer(textOf(again));
    const outcome = await hear(message, answer);
    if (!outcome) return;
    if (!outcome.failure) {
      return regeneration.offer(answer, { question, again }, outcome.messageId);
    }
    if (message && question && needsSignIn(outcome.failure)) {
      question.remove();
      answer.element.remove();
      if (!storage.conversation()) screen.clear();
      return;
    }
    offerAgain(outcome.failure, answer, { message, question, again });
  }

  /** Shows why an answer failed, with a retry if there is something to ask again. */
  function offerAgain(failure: Trouble, answer: AnswerView, asked: AskedMessage): void {
    // An answer that was cut off cannot be resumed: the question is asked again.
    const message = failure === cutOff ? asked.again : asked.message;
    const isLost = failure === cutOff && !message;
    const retry = (): void => {
      answer.element.remove();
      void hearQuestion({ ...asked, message });
    };
    screen.addTrouble(failure, isLost ? undefined : retry);
  }

  async function showAll(id: string): Promise<void> {
    const { messages } = await api.readConversation(id);
    // The reader may have opened another conversation during the fetch.
    if (storage.conversation() !== id || running) return;
    screen.clear();
    const confirmations = findConfirmations(messages);
    let asked: AskedMessage = {};
    for (const [index, message] of messages.entries()) {
      const isLast = index === messages.length - 1;
      if (message.role === "user") {
        const { content: text } = message;
        const question = text === "" ? undefined : screen.addQuestion(text);
        asked = question ? { question, again: { kind: "question", text } } : {};
      } else if (message.status === "streaming" && isLast) {
        await hearQuestion(asked);
      } else {
        const answer = screen.addAnswer(textOf(asked.again));
        const isBroken = isCutOff(message);
        const note = isBroken && !isLast ? cutOff.detail : undefined;
        showStored(message, answer, confirmations.get(message.id), note);
        if (!isBroken) regeneration.offer(answer, asked, message.id);
        offerSignIn(message.content, asked.again, answer, screen);
        if (isBroken && isLast) {
          if (answer.isEmpty()) answer.element.remove();
          offerAgain(cutOff, answer, asked);
        }
        asked = {};
      }
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
      await hearQuestion({ message: { kind: "question", text }, question });
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

const busy: Trouble = {
  code: "conversation_busy",
  detail: "Wait until the answer is complete.",
  status: 0,
  retryable: true,
};
