import { copyText } from "../lib/clipboard.ts";
import { placeOf } from "./citations.ts";
import type { ConfirmationGroup } from "./confirmations.ts";
import { button, element } from "../lib/elements.ts";
import { createMarkdownView, type MarkdownView } from "../markdown/view.ts";
import { sourcesView } from "./sources-view.ts";
import { createToolLines } from "./tool-lines.ts";
import { markUnsupported } from "./unsupported.ts";
import { formatMarker, readMarkers } from "../../../contract/citation-marker.ts";
import type { TextSpan } from "../../../contract/text-span.ts";
import type { Decision } from "../../../contract/conversation.ts";
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
    content: string;
    sources: readonly CitedSource[];
    unsupported?: readonly TextSpan[] | undefined;
    /** Shown below it ("Stopped"); empty: none. */
    note?: string;
  }): void;
  /** Shows a status line ("Reconnecting…"); an empty text removes it. */
  readonly report: (line: string) => void;
  /** Shows a button for guests that leads to the sign-in. */
  offerSignIn(open: () => void): void;
  /** Names the services that were down and left out. */
  remark(degraded: readonly string[] | undefined): void;
  words(): string;
  /** Whether there is no text, no tool call and no confirmation. */
  isEmpty(): boolean;
}

export interface AnswerViewDependencies {
  readonly openSource: (number: number, source: CitedSource, answer: string) => void;
  /** Wraps each change of height, to keep the reader's scroll position. */
  readonly follow: (change: () => void) => void;
  readonly createConfirmationGroup: () => ConfirmationGroup;
}

/** Creates the view of one answer: text, tool calls, confirmations and sources. */
export function createAnswerView(deps: AnswerViewDependencies): AnswerView {
  const { openSource, follow } = deps;
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
  let markdown = createMarkdownView(body, { cite: citation, follow });
  let shown = "";
  let pending = "";
  let frame = 0;
  let sources: readonly CitedSource[] = [];

  function citation(number: number): Node {
    const made = button("citation", String(number), () => {
      const source = sources[number - 1];
      if (source) openSource(number, source, shown);
    });
    made.setAttribute("aria-label", `Source ${number}`);
    made.setAttribute("aria-haspopup", "dialog");
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
    tool: (call) => follow(() => tools.show(call)),
    confirm: (confirmation) => follow(() => confirmations.add(confirmation)),
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
          const open = (number: number): void => {
            const source = sources[number - 1];
            if (source) openSource(number, source, shown);
          };
          root.append(sourcesView(sources, shown, open));
        }
        if (shown !== "") root.append(element("div", "actions", copyButton(shown, sources)));
      });
    },
    report: (line) => follow(() => status.replaceChildren(line)),
    offerSignIn: (open) =>
      follow(() => body.after(button("primary sign-in-offer", "Sign in", open))),
    remark(degraded) {
      if (!degraded?.length || root.querySelector(".remark")) return;
      follow(() => root.prepend(element("p", "remark", remarkOn(degraded))));
    },
    isEmpty: () => shown + pending === "" && !root.querySelector(".tool-line, .confirmation"),
  };
}

function remarkOn(degraded: readonly string[]): string {
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

function copyButton(answer: string, sources: readonly CitedSource[]): HTMLElement {
  const cited = new Set(readMarkers(answer).map(({ number }) => number));
  const list = sources.flatMap((source, index) => {
    const place = [placeOf(source), source.url].filter(Boolean).join(" — ");
    return cited.has(index + 1) ? [`${formatMarker(index + 1)} ${place}`] : [];
  });
  const text = [answer, list.join("\n")].filter(Boolean).join("\n\n");
  const made = button("quiet", "", () => void copy());
  made.append(...copyLabel());
  made.setAttribute("aria-live", "polite");

  async function copy(): Promise<void> {
    made.textContent = (await copyText(text)) ? "Copied" : "Could not copy";
    setTimeout(() => made.replaceChildren(...copyLabel()), 2000);
  }
  return made;
}

function copyLabel(): (Node | string)[] {
  return ["Copy", element("span", "unseen", " answer")];
}
