import { RequestFailure, type Api } from "./api.ts";
import type { AnswerView } from "./answer-view.ts";
import { hearAnswer } from "./connection.ts";
import type { Storage } from "./storage.ts";
import type { ChatEvent, Problem } from "./wire.ts";

/** Where the conversation is shown. */
export interface Screen {
  addQuestion(text: string): void;
  addAnswer(): AnswerView;
  /** Shows a problem; trying again takes it away first. */
  addTrouble(problem: Problem, retry: () => void): void;
  clear(): void;
  setBusy(busy: boolean): void;
  /** Says a line to screen readers. */
  announce(line: string): void;
}

export interface Conversation {
  ask(question: string): Promise<void>;
  /** Stops the running answer; what was said stays. */
  stop(): Promise<void>;
  /** Shows what a former visit left. */
  restore(): Promise<void>;
  startNew(): void;
}

export function createConversation(api: Api, storage: Storage, screen: Screen): Conversation {
  let running: { controller: AbortController; stopping: boolean } | undefined;

  async function hear(question: string | undefined, answer: AnswerView): Promise<void> {
    const run = { controller: new AbortController(), stopping: false };
    const { signal } = run.controller;
    running = run;
    screen.setBusy(true);
    let failure: Problem | undefined;

    const onEvent = (event: ChatEvent): void => {
      switch (event.type) {
        case "metadata":
          storage.keepConversation(event.conversation_id);
          if (event.access_token && event.refresh_token) {
            const { access_token, refresh_token } = event;
            storage.keepTokens({ access_token, refresh_token });
          }
          if (event.degraded?.length) answer.remark(remarkOn(event.degraded));
          return;
        case "token":
          return answer.push(event.content);
        case "done": {
          const stopped = event.finish_reason === "cancelled";
          answer.finish({ content: event.content, sources: event.sources, stopped });
          return screen.announce(`Answer: ${event.content.replace(/\s*\[\d+\]|[*`#]/g, "")}`);
        }
        case "error":
          failure = { code: event.code, detail: event.message, status: 0, retryable: true };
      }
    };

    let known = question === undefined ? storage.conversation() : undefined;
    try {
      const complete = await hearAnswer(
        api,
        question,
        {
          hear(event) {
            onEvent(event);
            known = storage.conversation();
          },
          report: answer.report,
          conversation: () => known,
        },
        signal,
      );
      if (!complete && known) failure = await showStored(known, answer);
    } catch (error) {
      if (running !== run) return;
      if (!signal.aborted) failure = problemOf(error);
      else answer.finish({ content: answer.words(), sources: [], stopped: true });
    }
    if (running !== run) return;
    running = undefined;
    screen.setBusy(false);
    if (!failure) return;
    const retry = (): void => {
      answer.element.remove();
      void hear(question, screen.addAnswer());
    };
    if (answer.words() === "") answer.element.remove();
    else answer.finish({ content: answer.words(), sources: [], stopped: false });
    answer.report("");
    screen.addTrouble(failure, retry);
  }

  /** The answer ended while the connection was away: it is in the stored conversation. */
  async function showStored(id: string, answer: AnswerView): Promise<Problem | undefined> {
    const { messages } = await api.readConversation(id);
    const last = messages.findLast(({ role }) => role === "assistant");
    const stopped = last?.status === "stopped";
    answer.finish({ content: last?.content ?? "", sources: last?.sources ?? [], stopped });
    return last && last.status !== "failed" ? undefined : interrupted;
  }

  return {
    async ask(question) {
      if (running) return;
      screen.addQuestion(question);
      await hear(question, screen.addAnswer());
    },
    async stop() {
      const run = running;
      if (!run || run.stopping) return;
      run.stopping = true;
      const id = storage.conversation();
      try {
        if (id) await api.stop(id);
        // The stream ends with its own `done`; should that not come, we end it.
        setTimeout(() => run.controller.abort(), id ? 2000 : 0);
      } catch {
        run.controller.abort();
      }
    },
    async restore() {
      const id = storage.conversation();
      if (!id) return;
      try {
        const { messages } = await api.readConversation(id);
        for (const [index, message] of messages.entries()) {
          if (message.role === "user") {
            screen.addQuestion(message.content);
            continue;
          }
          const answer = screen.addAnswer();
          const { content, sources = [], status } = message;
          if (status === "streaming" && index === messages.length - 1) {
            await hear(undefined, answer);
          } else answer.finish({ content, sources, stopped: status === "stopped" });
        }
      } catch (error) {
        const problem = problemOf(error);
        if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) {
          return storage.keepConversation(undefined);
        }
        screen.addTrouble(problem, () => void this.restore());
      }
    },
    startNew() {
      running?.controller.abort();
      running = undefined;
      storage.keepConversation(undefined);
      screen.setBusy(false);
      screen.clear();
    },
  };
}

const interrupted: Problem = {
  code: "interrupted",
  detail: "The answer was interrupted.",
  status: 0,
  retryable: true,
};

function problemOf(error: unknown): Problem {
  if (error instanceof RequestFailure) return error.problem;
  return {
    code: "unexpected",
    detail: "Something went wrong on this page. Trying again may help.",
    status: 0,
    retryable: true,
  };
}

function remarkOn(degraded: readonly string[]): string {
  if (degraded.some((name) => name.includes("model"))) {
    return "The language model is away, so this answer quotes the documents directly.";
  }
  return "Part of the search is away, so this answer may miss something.";
}
