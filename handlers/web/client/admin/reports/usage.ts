import type { UsageDay } from "../../../../contract/operator/usage.ts";
import { element } from "../../lib/elements.ts";
import type { AdminApi } from "../api.ts";
import { bar, createTable } from "../table.ts";
import type { View } from "../views.ts";
import { count, dayOf, durationOf } from "../words.ts";
import { createReport, figures } from "./report.ts";

const outcomes = [
  ["answered", "Answered"],
  ["refused", "Not answered"],
  ["interrupted", "Interrupted"],
  ["failed", "Failed"],
] as const;

/** Answers by outcome, tokens, and times to the first token, by day. */
export function createUsageView(api: AdminApi): View {
  return createReport({
    id: "usage",
    title: "Usage",
    days: [7, 30, 90],
    fetch: (days) => api.usage(days),
    draw({ days }) {
      const newestFirst = days.toSorted((one, other) => (one.date < other.date ? 1 : -1));
      return [summarise(days), legend(), describeDays(newestFirst)];
    },
  });
}

function summarise(days: readonly UsageDay[]): HTMLElement {
  const sum = (of: (day: UsageDay) => number) => days.reduce((total, day) => total + of(day), 0);
  return figures([
    ["Answers", count(sum(totalOf))],
    ["Not answered", count(sum(({ answers }) => answers.refused))],
    ["Tokens read", count(sum(({ tokens }) => tokens.input))],
    ["Tokens written", count(sum(({ tokens }) => tokens.output))],
  ]);
}

function totalOf({ answers }: UsageDay): number {
  return answers.answered + answers.refused + answers.interrupted + answers.failed;
}

/** The colours of the bars, for the eye: the table has the numbers. */
function legend(): HTMLElement {
  const parts = outcomes.map(([outcome, name]) =>
    element("span", "legend-part", element("span", `legend-mark ${outcome}`), name),
  );
  const made = element("p", "legend", ...parts);
  made.setAttribute("aria-hidden", "true");
  return made;
}

function describeDays(days: readonly UsageDay[]): HTMLElement {
  const most = Math.max(1, ...days.map(totalOf));
  const table = createTable("Answers, tokens and times by day", [
    { title: "Day" },
    { title: "Answers" },
    ...outcomes.map(([, title]) => ({ title, kind: "number" as const })),
    { title: "Tokens read", kind: "number" },
    { title: "Tokens written", kind: "number" },
    { title: "First token, median", kind: "number" },
    { title: "First token, slowest 5 %", kind: "number" },
  ]);
  table.fill(
    days.map((day) => {
      const { answers, tokens, first_token_ms: first } = day;
      const time = element("time", "", dayOf(day.date));
      time.dateTime = day.date;
      const bars = outcomes.map(([outcome]) => bar(answers[outcome] / most, outcome));
      const shown = element("span", "bar", ...bars);
      shown.setAttribute("aria-hidden", "true");
      return [
        time,
        element("span", "bar-cell", count(totalOf(day)), shown),
        ...outcomes.map(([outcome]) => count(answers[outcome])),
        count(tokens.input),
        count(tokens.output),
        first ? durationOf(first.p50) : "–",
        first ? durationOf(first.p95) : "–",
      ];
    }),
  );
  return table.element;
}
