import type { IngestOverview } from "../../../../contract/operator/ingest.ts";
import { rest } from "../../lib/connection.ts";
import { button, element } from "../../lib/elements.ts";
import type { AdminApi } from "../api.ts";
import { count, counted } from "../words.ts";
import { filesOfDrop, filesOfInput, type PickedFile } from "./picked.ts";
import { createUploadQueue, type Upload } from "./queue.ts";
import { screenFile } from "./screen.ts";
import { createUploadList } from "./upload-list.ts";

export interface UploadView {
  readonly element: HTMLElement;
  /** What the server takes; until it is known nothing can be chosen. */
  accept(accepts: IngestOverview["accepts"]): void;
  isBusy(): boolean;
  /** Stops sending. */
  stop(): void;
}

/** Uploads files and folders by choosing or dropping them. `onEnd`: called when all that was chosen is sent. */
export function createUploadView(api: AdminApi, onEnd: () => void): UploadView {
  let accepts: IngestOverview["accepts"] | undefined;
  let hidden = 0;
  let wasBusy = false;
  let drawing = 0;

  const queue = createUploadQueue({
    send: (files, signal) => api.upload(files, signal),
    rest,
    onChange: drawSoon,
  });
  const list = createUploadList();
  const bar = element("progress");
  bar.setAttribute("aria-label", "Files sent");
  const summary = element("p", "upload-summary");
  summary.setAttribute("role", "status");
  const cancel = button("again", "Cancel", () => queue.cancel());
  const retry = button("again", "Try again", () => queue.retry());
  const clear = button("again", "Clear the list", () => {
    hidden = 0;
    queue.clear();
    chooseFiles.focus();
  });
  const progress = element(
    "div",
    "upload-progress",
    bar,
    summary,
    element("div", "form-actions", cancel, retry, clear),
    list.element,
  );
  progress.hidden = true;

  const [chooseFiles, fileInput] = createChooser("Choose files", "files");
  const [chooseFolder, folderInput] = createChooser("Choose a folder", "folder");
  const drop = element(
    "div",
    "drop",
    element("p", "", "Drop files or folders here, or choose them."),
    element("div", "form-actions", chooseFiles, chooseFolder),
    fileInput,
    folderInput,
  );

  function createChooser(label: string, what: "files" | "folder") {
    const input = element("input");
    input.type = "file";
    input.hidden = true;
    input.multiple = true;
    input.webkitdirectory = what === "folder";
    input.setAttribute("aria-label", label);
    input.addEventListener("change", () => {
      take(filesOfInput(input));
      input.value = "";
    });
    return [button("again", label, () => input.click()), input] as const;
  }

  function take(picked: readonly PickedFile[]): void {
    if (!accepts) return;
    const uploads: Upload[] = [];
    for (const each of picked) {
      const screening = screenFile(each, accepts);
      if (screening.kind === "hidden") hidden += 1;
      else if (screening.kind === "send") uploads.push({ ...each, state: { kind: "waiting" } });
      else {
        const { reason } = screening;
        uploads.push({ ...each, state: { kind: "failed", reason, retry: "in-vain" } });
      }
    }
    queue.add(uploads);
  }

  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer) void filesOfDrop(event.dataTransfer).then(take);
  });

  function drawSoon(): void {
    drawing ||= requestAnimationFrame(() => {
      drawing = 0;
      draw();
    });
  }

  function draw(): void {
    const all = queue.all();
    const tally = (kind: Upload["state"]["kind"]) =>
      all.filter(({ state }) => state.kind === kind).length;
    const [done, failed, cancelled] = [tally("done"), tally("failed"), tally("cancelled")];
    const open = all.length - done - failed - cancelled;
    const again = all.filter(({ state }) => state.kind === "failed" && state.retry === "may-help");
    progress.hidden = all.length === 0 && hidden === 0;
    bar.max = Math.max(1, all.length);
    bar.value = all.length - open;
    bar.hidden = open === 0;
    cancel.hidden = open === 0;
    retry.hidden = open > 0 || again.length + cancelled === 0;
    clear.hidden = open > 0;
    const parts = [
      open > 0
        ? `${count(done)} of ${counted(all.length, "file")} uploaded`
        : counted(done, "file") + " uploaded",
      ...(failed > 0 ? [`${count(failed)} failed`] : []),
      ...(cancelled > 0 ? [`${count(cancelled)} cancelled`] : []),
      ...(hidden > 0 ? [`${counted(hidden, "hidden file")} passed over`] : []),
    ];
    const pause = queue.pause();
    const wait = pause ? Math.ceil((pause.until - Date.now()) / 1000) : 0;
    const why =
      pause?.cause === "limit" ? "The server asked to wait" : "The server does not answer";
    const words = wait > 0 ? ` ${why}; going on in ${wait} s.` : "";
    const line = `${parts.join(", ")}.${words}`;
    if (summary.textContent !== line) summary.textContent = line;
    list.show(all);
    if (wasBusy && open === 0) onEnd();
    wasBusy = open > 0;
    if (wait > 0) setTimeout(drawSoon, 1000);
  }

  const isBusy = () => queue.all().some(({ state }) => /^(?:waiting|sending)$/.test(state.kind));
  return {
    element: element("div", "upload", drop, progress),
    accept(known) {
      accepts = known;
      const kinds = known.extensions.map((each) => `.${each}`).join(",");
      fileInput.accept = kinds;
    },
    isBusy,
    stop: () => queue.cancel(),
  };
}
