import type { Api, Message } from "../lib/api.ts";
import type { AnswerView } from "../answers/answer-view.ts";
import type { Address } from "../lib/address.ts";
import { hearAnswer } from "../lib/connection.ts";
import { inGuestTurn } from "../lib/guest-turn.ts";
import { isRefusal, needsSignIn, problemOf } from "../lib/request.ts";
import type { Session } from "../lib/session.ts";
import { textOf, type AskedMessage, type AnswerOutcome } from "./asked-message.ts";
import { createRegeneration } from "./regeneration.ts";
import { findConfirmations } from "../answers/stored-confirmations.ts";
import type { StoredMessage } from "../../../contract/conversation.ts";
import { createAnswerEvents } from "./answer-events.ts";
import type { ConversationScreen } from "./screen.ts";
import { isCutOff, newsAfter, showLast, showStored } from "./stored-answer.ts";
import { busy, cutOff } from "./troubles.ts";
import type { ShownEvent, Trouble } from "../lib/wire.ts";
import { offerSignIn } from "./sign-in-offer.ts";

export interface Conversation {
  ask(question: string): Promise<void>;
  /** Answers a confirmation; resolves to the problem when the server refuses the answer. */
  confirm(id: string, approve: boolean): Promise<Trouble | undefined>;
  /** Stops the running answer; its text so far stays. */
  stop(): Promise<void>;
  /** Shows the conversation that the page's address names. */
  restore(): Promise<void>;
  /** Shows what other tabs and devices have added to the open conversation. */
  catchUp(): Promise<void>;
  /** Leaves the conversation without a trace on the screen. */
  readonly leave: () => void;
}

/** Creates the conversation, which sends messages and shows and resumes answers. */
export function createConversation(
  api: Api,
  session: Session,
  address: Address,
  screen: ConversationScreen,
): Conversation {
  const isBusy = (): boolean => running !== undefined;
  const regeneration = createRegeneration({ screen, isBusy, hear, offerAgain });
  let running: { controller: AbortController; stopping: boolean } | undefined;
  /** The stored answer that is shown last: what is stored after it is news. */
  let lastShown: string | undefined;
  /** The text of the last question, if it failed before the server's first event. */
  let unsent: string | undefined;

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
    const events = createAnswerEvents({ message, answer, address, session, screen });

    try {
      const complete = await inGuestTurn(session, signal, (endTurn) => {
        const listen = (event: ShownEvent): void => {
          events.hear(event);
          endTurn();
        };
        const listener = { hear: listen, report: answer.report, conversation: events.conversation };
        return hearAnswer(api, message, listener, signal);
      });
      failure = events.failure();
      const id = events.conversation();
      if (!complete && id) {
        failure = await showLast(api, id, answer, signal);
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
    lastShown = events.answerId() ?? lastShown;
    unsent = failure && !events.conversation() ? textOf(message) : undefined;
    // The answer goes on at the server: the next catching up shows all that is stored.
    if (failure?.code === "connection_lost" && events.conversation()) lastShown = undefined;
    screen.setBusy(false);
    screen.onProgress();
    if (failure) {
      if (answer.isEmpty()) answer.element.remove();
      else if (!isShown) answer.finish({ content: answer.words(), sources: [] });
      answer.report("");
    }
    const messageId = events.answerId();
    return { accepted: events.conversation() !== undefined, messageId, failure };
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
      if (!address.conversation()) screen.clear();
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

  /** Shows the stored messages that are not on the screen. @throws RequestFailure */
  async function showNews(id: string): Promise<void> {
    const before = lastShown;
    const { title, messages } = await api.readConversation(id);
    // The reader may have asked or opened another conversation during the fetch.
    if (address.conversation() !== id || running || lastShown !== before) return;
    const news = newsAfter(lastShown, messages, unsent);
    if (!news) {
      screen.clear();
      screen.showEnd();
    }
    screen.showTitle(title);
    await showMessages(news ?? messages, messages);
  }

  /** Adds messages of a conversation; `all` are its messages, with what was decided. */
  async function showMessages(
    messages: readonly StoredMessage[],
    all: readonly StoredMessage[],
  ): Promise<void> {
    const confirmations = findConfirmations(all);
    let asked: AskedMessage = {};
    for (const [index, message] of messages.entries()) {
      const isLast = index === messages.length - 1;
      if (message.role === "user") {
        const { content: text } = message;
        const question = text === "" ? undefined : screen.addQuestion(text);
        asked = question ? { question, again: { kind: "question", text } } : {};
      } else if (message.status === "streaming" && isLast) {
        lastShown = message.id;
        await hearQuestion(asked);
      } else {
        lastShown = message.id;
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
    lastShown = undefined;
    screen.setBusy(false);
    screen.clear();
  }

  /** Says that the conversation is not there; quietly begins anew where no address asked for it. */
  function giveUp(): void {
    leave();
    if (address.isRemembered()) return address.show(undefined, "current");
    address.close();
    screen.showMissing();
  }

  const conversation: Conversation = {
    async ask(text) {
      if (running) return;
      const question = screen.addQuestion(text);
      screen.showEnd();
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
      const id = address.conversation();
      try {
        if (id) await api.stop(id);
        // The stream should end with `done`; after 2 s the page ends it.
        setTimeout(() => run.controller.abort(), id ? 2000 : 0);
      } catch {
        run.controller.abort();
      }
    },
    async restore() {
      leave();
      const id = address.conversation();
      if (!id) return;
      screen.showLoading();
      try {
        await showNews(id);
      } catch (error) {
        const problem = problemOf(error);
        if (address.named() !== id) return;
        if (isRefusal(problem)) return giveUp();
        screen.addTrouble(problem, () => void conversation.restore());
      }
    },
    async catchUp() {
      const id = address.conversation();
      if (!id || running) return;
      try {
        await showNews(id);
      } catch (error) {
        // Deleted meanwhile. After any other problem the reader keeps what is on the screen.
        if (address.conversation() === id && problemOf(error).status === 404) giveUp();
      }
    },
    leave,
  };
  return conversation;
}
