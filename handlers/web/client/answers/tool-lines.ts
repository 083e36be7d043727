import { documentTools, explainToolFailure } from "../../../contract/tool-names.ts";
import { element, icon } from "../lib/elements.ts";
import type { ToolNews } from "../lib/wire.ts";

/** The texts of a tool call: while it runs, when it has succeeded, when it has failed. */
const phrases: Readonly<Record<string, readonly [string, string, string]>> = {
  add_task: ["Adding task", "Added task", "Could not add task"],
  update_task: ["Changing task", "Changed task", "Could not change task"],
  complete_task: ["Completing task", "Completed task", "Could not complete task"],
  delete_task: ["Deleting task", "Deleted task", "Could not delete task"],
  list_tasks: ["Looking at your tasks", "Looked at your tasks", "Could not look at your tasks"],
  search_documents: [
    "Searching the documents",
    "Searched the documents",
    "Could not search the documents",
  ],
};

/** The assistant's tool calls, one line each. */
export function createToolLines(): {
  readonly element: HTMLElement;
  /** Shows a call; called again with the same id and its result. */
  show(call: ToolNews): void;
} {
  const root = element("ul", "tool-lines");
  root.setAttribute("aria-label", "What the assistant did");
  const lines = new Map<string, { line: HTMLElement; call: ToolNews }>();

  return {
    element: root,
    show(news) {
      const standing = lines.get(news.id);
      const call = { ...standing?.call, ...news };
      const line = standing?.line ?? element("li");
      lines.set(call.id, { line, call });
      // A call that waits for approval is shown as a confirmation.
      if (call.status === "needs_confirmation" || call.error === "declined") {
        return line.remove();
      }
      const state = stateOf(call);
      line.className = `tool-line ${state}`;
      line.replaceChildren(icon(state === "failed" ? "close" : "check"), ...describe(call, state));
      if (!standing) root.append(line);
    },
  };
}

type State = "running" | "done" | "failed";

function stateOf(call: ToolNews): State {
  if (call.error !== undefined) return "failed";
  return call.result === undefined ? "running" : "done";
}

function describe(call: ToolNews, state: State): (Node | string)[] {
  const phrase = phrases[call.tool];
  const index = state === "running" ? 0 : state === "done" ? 1 : 2;
  const isUnknown = phrase === undefined && state === "failed";
  const name = isUnknown ? "One step did not work" : call.tool.replaceAll("_", " ");
  const words = phrase?.[index] ?? name;
  const about = textIn(call.result, "title") ?? textIn(call.arguments, "title") ?? query(call);
  const parts: (Node | string)[] = [words];
  if (about) parts.push(" “", element("bdi", "", about), "”");
  if (call.error !== undefined) parts.push(`. ${explainToolFailure(call.error)}`);
  return [element("span", "", ...parts)];
}

function query(call: ToolNews): string | undefined {
  return call.tool === documentTools.search ? textIn(call.arguments, "query") : undefined;
}

function textIn(holder: unknown, name: string): string | undefined {
  if (typeof holder !== "object" || holder === null || !(name in holder)) return undefined;
  const value = (holder as Record<string, unknown>)[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
