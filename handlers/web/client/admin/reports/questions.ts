import { button, element } from "../../lib/elements.ts";
import type { Notify } from "../../lib/notices.ts";
import { problemOf } from "../../lib/request.ts";
import type { OpenQuestion } from "../../../../contract/operator/feedback.ts";
import type { AdminApi } from "../api.ts";
import { createTable } from "../table.ts";
import type { View } from "../views.ts";
import { count, counted, timeOf } from "../words.ts";
import { createReport, figures } from "./report.ts";

/** The questions that were refused or voted down, and their number. */
export function createQuestionsView(api: AdminApi, notify: Notify): View {
  async function download(days: number): Promise<void> {
    try {
      const link = element("a");
      link.href = URL.createObjectURL(await api.questionsCsv(days));
      link.download = "questions.csv";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      notify(problemOf(error).detail);
    }
  }

  return createReport({
    id: "questions",
    title: "Questions",
    days: [7, 30, 90],
    fetch: (days) => api.questions(days),
    draw({ stored, questions, counts }, days) {
      const shown = figures([
        ["Asked", count(counts.asked)],
        ["Not answered", count(counts.refused)],
        ["Voted good", count(counts.good)],
        ["Voted bad", count(counts.bad)],
      ]);
      if (!stored) return [shown, notStored()];
      const heading = element("h3", "", "Not answered or voted bad");
      if (questions.length === 0) {
        return [shown, heading, element("p", "hint", "No question in this time.")];
      }
      const table = createTable("Questions that were not answered or voted bad", [
        { title: "Question" },
        { title: "Times", kind: "number" },
        { title: "Not answered", kind: "number" },
        { title: "Voted bad", kind: "number" },
        { title: "Last asked" },
      ]);
      table.fill(questions.map(toRow));
      const csv = button("again", "Download as CSV", () => void download(days));
      return [shown, element("div", "section-head", heading, csv), table.element];
    },
  });
}

function toRow(asked: OpenQuestion): (Node | string)[] {
  const words = element("span", "document-title", asked.question);
  words.dir = "auto";
  const question = element("div", "", words);
  if (asked.similar.length > 0) {
    const list = element("ul", "", ...asked.similar.map((each) => element("li", "", each)));
    list.dir = "auto";
    const summary = element("summary", "", counted(asked.similar.length, "similar wording"));
    question.append(element("details", "similar", summary, list));
  }
  const time = element("time", "", timeOf(asked.last_asked_at));
  time.dateTime = asked.last_asked_at;
  return [question, count(asked.count), count(asked.refused), count(asked.bad), time];
}

function notStored(): HTMLElement {
  return element(
    "div",
    "panel",
    element(
      "p",
      "",
      "Questions are counted, but their wording is not kept: STORE_QUESTIONS is off, so there is no list here.",
    ),
    element(
      "p",
      "hint",
      "To see which questions your documents leave open, set STORE_QUESTIONS=on and restart the server. From then on the wording is kept of questions that are asked, and of readers' notes. All of it goes when a reader deletes their account.",
    ),
  );
}
