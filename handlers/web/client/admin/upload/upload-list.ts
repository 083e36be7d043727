import { element } from "../../lib/elements.ts";
import { counted } from "../words.ts";
import type { Upload, UploadState } from "./queue.ts";

/** Files shown at most; the summary counts all of them. */
const mostShown = 200;

const order: readonly UploadState["kind"][] = ["failed", "cancelled", "sending", "waiting", "done"];
const results = { added: "Added", changed: "Replaced", unchanged: "Unchanged" } as const;

/** The list of uploads with the state of each, failed ones first. */
export function createUploadList() {
  const entries = element("ul", "entries uploads");
  entries.setAttribute("aria-label", "Uploaded files");
  const more = element("p", "hint");
  return {
    element: element("div", "", entries, more),
    show(all: readonly Upload[]) {
      const sorted = order.flatMap((kind) => all.filter(({ state }) => state.kind === kind));
      entries.replaceChildren(...sorted.slice(0, mostShown).map(draw));
      const left = sorted.length - mostShown;
      more.textContent = left > 0 ? `And ${counted(left, "more file", "more files")}.` : "";
      more.hidden = left <= 0;
    },
  };
}

function draw({ path, state }: Upload): HTMLElement {
  const name = element("span", "entry-name", path);
  name.dir = "auto";
  const words = element("div", "entry-words", name);
  if (state.kind === "failed") words.append(element("span", "entry-about failure", state.reason));
  const tag = element("span", `upload-state ${state.kind}`, nameOf(state));
  return element("li", "entry", words, tag);
}

function nameOf(state: UploadState): string {
  if (state.kind === "done") return results[state.result];
  return state.kind.charAt(0).toUpperCase() + state.kind.slice(1);
}
