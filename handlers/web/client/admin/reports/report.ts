import { element } from "../../lib/elements.ts";
import { problemOf } from "../../lib/request.ts";
import { troubleParts } from "../../lib/trouble.ts";
import { createSelect } from "../table.ts";
import type { View } from "../views.ts";

export interface ReportOptions<Answer> {
  readonly id: string;
  readonly title: string;
  /** The numbers of days to choose from, the usual one first; none: the report is of now. */
  readonly days: readonly number[];
  fetch(days: number): Promise<Answer>;
  draw(answer: Answer, days: number): readonly HTMLElement[];
}

/** A view that shows one answer of the server, by the number of days that the operator chooses. */
export function createReport<Answer>(options: ReportOptions<Answer>): View {
  const { id, title, days } = options;
  let newest = 0;
  const body = element("div", "report");
  body.setAttribute("aria-busy", "true");
  const choice = createSelect(
    "Time",
    days.map((each) => [String(each), each === 1 ? "Today" : `Last ${each} days`] as const),
    () => void load(),
  );
  choice.element.hidden = days.length === 0;

  async function load(): Promise<void> {
    const asked = ++newest;
    const chosen = Number(choice.input.value);
    body.setAttribute("aria-busy", "true");
    let shown: readonly HTMLElement[];
    try {
      const answer = await options.fetch(chosen);
      shown = options.draw(answer, chosen);
    } catch (error) {
      const isMissing = problemOf(error).status === 404;
      const words = isMissing
        ? [element("p", "", `${title}: this server does not offer them.`)]
        : troubleParts(error, () => void load());
      shown = [element("div", "trouble", ...words)];
    }
    if (asked !== newest) return;
    body.replaceChildren(...shown);
    body.removeAttribute("aria-busy");
  }

  return {
    id,
    title,
    element: element("div", "", element("div", "filters", choice.element), body),
    load,
    close: () => undefined,
  };
}

/** Figures side by side, each with its name. */
export function figures(all: readonly (readonly [name: string, value: string])[]): HTMLElement {
  const parts = all.map(([name, value]) =>
    element("div", "figure", element("dt", "", name), element("dd", "", value)),
  );
  return element("dl", "figures", ...parts);
}
