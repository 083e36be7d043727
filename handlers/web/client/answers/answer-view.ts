import { copiedText, createActions, type AnswerActions } from "./actions.ts";
import type { ConfirmationGroup } from "./confirmations.ts";
import { button, element } from "../lib/elements.ts";
import { createMarkdownView, type MarkdownView } from "../markdown/view.ts";
import { frameQuotes } from "./quoted-blocks.ts";
import { showRelated } from "./related-pages.ts";
import { sourceCard, sourcesView } from "../sources/list.ts";
import type { SourceViewer } from "../sources/viewer.ts";
import { createToolLines } from "./tool-lines.ts";
import { markUnsupported } from "./unsupported.ts";
import type { SendVote } from "./vote.ts";
import { formatMarker } from "../../../contract/citation-marker.ts";
import { documentTools, taskTools } from "../../../contract/tool-names.ts";
import type { RelatedPage } from "../../../ports/language-model.ts";
import type { TextSpan } from "../../../contract/text-span.ts";
import type { Decision, Vote } from "../../../contract/conversation.ts";
import type { ShownConfirmation } from "./stored-confirmations.ts";
import type { CitedSource, ToolNews } from "../lib/wire.ts";

export interface AnswerView {
  readonly element: HTMLElement;
  /** Appends text; it is rendered with the next animation frame. */
  push(words: string): void;
  /** Clears the text: the stream starts again from its beginning. */
  restart(): void;
  /** Shows a tool call; called again with its result. */
  tool(call: ToolNews): void;
  /** Shows a confirmation that waits for the reader. */
  confirm(confirmation: ShownConfirmation & { readonly decision?: Decision | undefined }): void;
  /** Shows the finished answer; it replaces the streamed text where the two differ. */
  finish(answer: {
    /** The stored message's id, to vote on it; undefined: not stored. */
    id?: string | undefined;
    vote?: Vote | null | undefined;
    content: string;
    sources: readonly CitedSource[];
    /** The pages that come closest where the documents do not answer. */
    related?: readonly RelatedPage[] | undefined;
    unsupported?: readonly TextSpan[] | undefined;
    /** Shown below it ("Stopped"); empty: none. */
    note?: string;
  }): void;
  /** Shows a status line ("Reconnecting…"); an empty text removes it. */
  readonly report: (line: string) => void;
  /** Shows a button that asks again, unless a tool has changed something: it would do so again. */
  offerRegenerate(run: () => void): void;
  /** Shows a button for guests that leads to the sign-in. */
  offerSignIn(open: () => void): void;
  /** Names the services that were down and left out. */
  remark(degraded: readonly string[] | undefined): void;
  words(): string;
  /** Whether there is no text, no tool call and no confirmation. */
  isEmpty(): boolean;
}

export interface AnswerViewDependencies {
  readonly viewer: SourceViewer;
  readonly vote: (id: string, ...vote: Parameters<SendVote>) => Promise<void>;
  /** Wraps each change of height, to keep the reader's scroll position. */
  readonly follow: (change: () => void) => void;
  readonly createConfirmationGroup: () => ConfirmationGroup;
}

/** Tools that change nothing. */
const readingTools: ReadonlySet<string> = new Set([documentTools.search, taskTools.list]);

/**
 * Creates the view of one answer: text, tool calls, confirmations, sources and buttons.
 *
 * @param question what it answers; empty: a decision on a confirmation
 */
export function createAnswerView(question: string, deps: AnswerViewDependencies): AnswerView {
  const { follow } = deps;
  const tools = createToolLines();
  const confirmations = deps.createConfirmationGroup();
  const body = element("div", "answer-text");
  const status = element("p", "status");
  const root = element(
    "article",
    "answer waiting",
    tools.element,
    body,
    confirmations.element,
    status,
  );
  root.setAttribute("aria-label", "Answer");
  root.setAttribute("aria-busy", "true");
  root.tabIndex = -1;
  let markdown = createMarkdownView(body, { cite: citation, follow });
  let shown = "";
  let pending = "";
  let frame = 0;
  let sources: readonly CitedSource[] = [];
  let actions: AnswerActions | undefined;
  let isRepeatable = true;

  function open(number: number): void {
    const source = sources[number - 1];
    if (source) deps.viewer.open(number, source, shown);
  }

  function citation(number: number): Node {
    const made = element("button", "citation", String(number));
    made.type = "button";
    made.setAttribute("aria-label", `Source ${number}`);
    made.setAttribute("aria-haspopup", "dialog");
    const card = () =>
      sourceCard({ question, answer: shown, sources, open }, number, "untabbed") || undefined;
    deps.viewer.watch(made, card, () => open(number));
    return made;
  }

  function flush(): void {
    cancelAnimationFrame(frame);
    frame = 0;
    if (pending === "") return;
    const words = pending;
    pending = "";
    shown += words;
    follow(() => {
      root.classList.remove("waiting");
      markdown.push(words);
    });
  }

  function restart(): MarkdownView {
    cancelAnimationFrame(frame);
    frame = 0;
    shown = "";
    pending = "";
    body.replaceChildren();
    return createMarkdownView(body, { cite: citation, follow });
  }

  return {
    element: root,
    words: () => shown + pending,
    push(words) {
      pending += words;
      frame ||= requestAnimationFrame(flush);
    },
    restart() {
      if (shown + pending !== "") markdown = restart();
    },
    tool(call) {
      if (!readingTools.has(call.tool)) isRepeatable = false;
      follow(() => tools.show(call));
    },
    confirm(confirmation) {
      isRepeatable = false;
      follow(() => confirmations.add(confirmation));
    },
    finish(answer) {
      flush();
      if (answer.content !== shown) {
        markdown = restart();
        pending = answer.content;
        flush();
      }
      sources = answer.sources;
      follow(() => {
        markdown.finish();
        root.classList.remove("waiting");
        root.removeAttribute("aria-busy");
        status.textContent = answer.note ?? "";
        dropDeadCitations(body, sources.length);
        markUnsupported(body, answer.content, answer.unsupported ?? []);
        if (sources.length > 0) {
          frameQuotes(body, sources);
          root.append(sourcesView({ question, answer: shown, sources, open }));
        } else showRelated(body, answer.related ?? []);
        if (shown === "") return;
        const { id, vote = null } = answer;
        const send: SendVote = (...given) => deps.vote(id ?? "", ...given);
        const voting = id === undefined ? undefined : { vote, send, follow };
        actions = createActions(copiedText(shown, sources), voting);
        root.append(actions.element);
      });
    },
    offerRegenerate(run) {
      if (isRepeatable) actions?.offerRegenerate(run);
    },
    report: (line) => follow(() => status.replaceChildren(line)),
    offerSignIn: (signIn) =>
      follow(() => body.after(button("primary sign-in-offer", "Sign in", signIn))),
    remark(degraded) {
      if (!degraded?.length || root.querySelector(".remark")) return;
      follow(() => root.prepend(element("p", "remark", remarkOn(degraded))));
    },
    isEmpty: () => shown + pending === "" && !root.querySelector(".tool-line, .confirmation"),
  };
}

function remarkOn(degraded: readonly string[]): string {
  if (degraded.includes("budget")) {
    return "Today's budget for the language model is used up: these are the documents' own words.";
  }
  if (degraded.some((name) => name.includes("model"))) {
    return "Answered without the language model: these are the documents' own words.";
  }
  if (degraded.includes("documents")) {
    return "The documents are still being read: something may be missing.";
  }
  return "Answered without part of the search: something may be missing.";
}

/** A `[n]` without a source is only text. */
function dropDeadCitations(body: HTMLElement, count: number): void {
  for (const made of body.querySelectorAll(".citation")) {
    const number = Number(made.textContent);
    if (number < 1 || number > count) made.replaceWith(formatMarker(number));
  }
}
