import type { IngestOverview, IngestRun } from "../../../../contract/operator/ingest.ts";
import { button, element } from "../../lib/elements.ts";
import type { Notify } from "../../lib/notices.ts";
import { problemOf } from "../../lib/request.ts";
import type { AdminApi } from "../api.ts";
import { createTable } from "../table.ts";
import { count, counted, timeOf } from "../words.ts";

export interface FolderView {
  readonly element: HTMLElement;
  show(overview: IngestOverview): void;
}

/** The folder of DOCUMENTS_DIR: how its last ingest went, and a button to read it again. */
export function createFolderView(
  api: AdminApi,
  notify: Notify,
  onAsked: () => Promise<void>,
): FolderView {
  const line = element("p", "folder-line");
  line.setAttribute("role", "status");
  const bar = element("progress");
  bar.setAttribute("aria-label", "Documents read");
  const reread = button("again", "Read again now", () => void ask());
  const failures = createTable("Documents that could not be read", [
    { title: "File" },
    { title: "Why" },
  ]);
  const summary = element("summary", "");
  const more = element("p", "hint");
  const details = element("details", "failures", summary, failures.element, more);

  async function ask(): Promise<void> {
    try {
      const { state } = await api.reread();
      if (state === "queued") notify("The folder is being read; it will be read once more after.");
    } catch (error) {
      notify(problemOf(error).detail);
    }
    await onAsked();
  }

  return {
    element: element("div", "panel", element("div", "folder-head", line, reread), bar, details),
    show({ folder, state, done, total, last }) {
      const isReading = state === "reading";
      reread.hidden = folder === null;
      bar.hidden = !isReading;
      bar.max = Math.max(1, total);
      bar.value = done;
      const words = isReading
        ? `Reading the folder: ${count(done)} of ${counted(total, "document")}.`
        : describeRun(folder !== null, state, last);
      if (line.textContent !== words) line.textContent = words;
      line.classList.toggle("complaint", !isReading && last?.outcome === "failed");
      const failed = last?.counts.failed ?? 0;
      details.hidden = failed === 0;
      summary.textContent = `${counted(failed, "document")} could not be read`;
      failures.fill(last?.failures.map(({ path, message }) => [path, message]) ?? []);
      const left = failed - (last?.failures.length ?? 0);
      more.textContent = `And ${count(left)} more, which the log names.`;
      more.hidden = left <= 0;
    },
  };
}

function describeRun(
  hasFolder: boolean,
  state: IngestOverview["state"],
  last: IngestRun | null,
): string {
  if (!hasFolder && !last) {
    return "This server reads no folder. Set DOCUMENTS_DIR to one, or upload documents below.";
  }
  if (state === "starting" || !last)
    return "The folder has not been read since the server started.";
  const at = timeOf(last.finished_at);
  if (last.error) {
    return `The last reading failed on ${at}: ${last.error.message} (${last.error.code}). What was read before is still there.`;
  }
  const { added, changed, unchanged, removed, skipped } = last.counts;
  const parts = [
    ...(added > 0 ? [`${count(added)} added`] : []),
    ...(changed > 0 ? [`${count(changed)} changed`] : []),
    ...(removed > 0 ? [`${count(removed)} removed`] : []),
    `${count(unchanged)} unchanged`,
    ...(skipped > 0 ? [`${count(skipped)} skipped`] : []),
  ];
  return `Last read on ${at}: ${parts.join(", ")}.`;
}
