import type { ListedDocument } from "../../../../contract/document.ts";
import type { IngestOverview } from "../../../../contract/operator/ingest.ts";
import type { AskFirst } from "../../ask-first.ts";
import { button, element, iconButton } from "../../lib/elements.ts";
import type { Notify } from "../../lib/notices.ts";
import { problemOf } from "../../lib/request.ts";
import { troubleParts } from "../../lib/trouble.ts";
import { documentsPerPage, type AdminApi } from "../api.ts";
import { createSelect, createTable } from "../table.ts";
import { count, counted, timeOf } from "../words.ts";

export interface DocumentListView {
  readonly element: HTMLElement;
  /** Takes the sources to choose from, and the failures to show beside their documents. */
  show(overview: IngestOverview): void;
  load(): Promise<void>;
}

export interface DocumentListDependencies {
  readonly api: AdminApi;
  readonly askFirst: AskFirst;
  readonly notify: Notify;
  /** Called when a document was removed. */
  readonly onRemoved: () => Promise<void>;
}

/** All documents in pages, to filter, and to delete one by one. */
export function createDocumentList(deps: DocumentListDependencies): DocumentListView {
  const { api, askFirst, notify } = deps;
  /** The cursors of the pages up to the shown one; undefined is the first page. */
  let cursors: (string | undefined)[] = [undefined];
  let next: string | null = null;
  let overview: IngestOverview | undefined;
  let shown: readonly ListedDocument[] = [];
  let newest = 0;
  let typing = 0;

  const search = element("input");
  search.type = "search";
  search.maxLength = 200;
  search.autocomplete = "off";
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(restart, 300);
  });
  const filter = element("label", "select", element("span", "", "Path or title contains"), search);
  const source = createSelect("Source", [["", "All sources"]], restart);
  const status = element("p", "list-status");
  status.setAttribute("role", "status");
  const table = createTable("Documents", [
    { title: "Document" },
    { title: "Source" },
    { title: "Last changed" },
    { title: "Delete", kind: "action" },
  ]);
  const trouble = element("div", "trouble");
  trouble.hidden = true;
  const previous = button("again", "Previous page", () => turn(cursors.slice(0, -1)));
  const following = button("again", "Next page", () => turn([...cursors, next ?? undefined]));
  const pager = element("nav", "pager", previous, following);
  pager.setAttribute("aria-label", "Pages of documents");

  function restart(): void {
    turn([undefined]);
  }

  function turn(to: (string | undefined)[]): void {
    cursors = to;
    void load();
  }

  async function load(): Promise<void> {
    const asked = ++newest;
    table.element.setAttribute("aria-busy", "true");
    try {
      const query = { q: search.value.trim(), source: source.input.value };
      const page = await api.documents({ ...query, cursor: cursors.at(-1) });
      if (asked !== newest) return;
      shown = page.documents;
      next = page.next_cursor;
      trouble.hidden = true;
      draw();
    } catch (error) {
      if (asked !== newest) return;
      trouble.replaceChildren(...troubleParts(error, () => void load()));
      trouble.hidden = false;
    }
    table.element.removeAttribute("aria-busy");
  }

  function draw(): void {
    const focused = document.activeElement;
    const label = table.element.contains(focused) ? focused?.ariaLabel : undefined;
    const failures = new Map(
      overview?.last?.failures.map(({ path, message }) => [path, message] as const),
    );
    table.fill(
      shown.map((document) => {
        const { path, title, updated_at } = document;
        const failure =
          document.source === overview?.folder?.source ? failures.get(path) : undefined;
        const time = element("time", "", timeOf(updated_at));
        time.dateTime = updated_at;
        const remove = iconButton("trash", `Delete ${path}`, () => void drop(document, remove));
        return [nameOf(title, path, failure), document.source, time, remove];
      }),
    );
    table.element.hidden = shown.length === 0;
    const pages = cursors.length;
    previous.hidden = pages === 1;
    following.hidden = next === null;
    pager.hidden = pages === 1 && next === null;
    status.textContent = describe(pages);
    if (label) {
      const buttons = [...table.element.querySelectorAll("button")];
      buttons.find(({ ariaLabel }) => ariaLabel === label)?.focus({ preventScroll: true });
    } else if (focused === following && following.hidden) previous.focus();
    else if (focused === previous && previous.hidden) following.focus();
  }

  function describe(pages: number): string {
    const isFiltered = search.value.trim() !== "";
    const chosen = source.input.value;
    const sources = overview?.sources.filter((each) => chosen === "" || each.source === chosen);
    const total = sources?.reduce((sum, { documents }) => sum + documents, 0);
    if (shown.length === 0) {
      if (pages > 1) return "There are no documents on this page any more.";
      return isFiltered ? "No document matches." : "There are no documents yet.";
    }
    const from = (pages - 1) * documentsPerPage + 1;
    const range = `${count(from)} to ${count(from + shown.length - 1)}`;
    if (isFiltered) {
      const isAll = pages === 1 && next === null;
      return isAll ? `${counted(shown.length, "document")} found.` : `Found documents ${range}.`;
    }
    if (pages === 1 && next === null) return `${counted(shown.length, "document")}.`;
    return `Documents ${range}${total === undefined ? "" : ` of ${count(total)}`}.`;
  }

  async function drop({ id, path, source: from }: ListedDocument, opener: HTMLElement) {
    const isOfFolder = from === overview?.folder?.source;
    const text = isOfFolder
      ? `Answers no longer use “${path}”. Its file stays in the folder, so the next reading brings it back: remove the file, too.`
      : `Answers no longer use “${path}”. This cannot be undone.`;
    const sure = await askFirst({ title: "Delete this document?", text, action: "Delete" });
    if (!sure) return opener.focus();
    try {
      await api.removeDocument(id);
      notify(`Deleted ${path}.`);
    } catch (error) {
      const { status: code, detail } = problemOf(error);
      if (code !== 404) return notify(detail);
    }
    await deps.onRemoved();
    await load();
    search.focus();
  }

  return {
    element: element(
      "div",
      "",
      element("div", "filters", filter, source.element),
      status,
      trouble,
      table.element,
      pager,
    ),
    show(known) {
      const isSame = describeFailures(known) === describeFailures(overview);
      overview = known;
      const names = known.sources.map((each) => each.source);
      const options = [...source.input.options].slice(1).map(({ value }) => value);
      if (names.join("\n") !== options.join("\n")) {
        const chosen = source.input.value;
        source.input.replaceChildren(
          ...["", ...names].map((name) => new Option(name === "" ? "All sources" : name, name)),
        );
        source.input.value = names.includes(chosen) ? chosen : "";
      }
      if (shown.length === 0) return;
      // While the folder is read, this comes every second: a row drawn anew loses the focus, and a click on it.
      if (isSame) status.textContent = describe(cursors.length);
      else draw();
    },
    load,
  };
}

/** The part of an overview that rows show. */
function describeFailures(overview: IngestOverview | undefined): string {
  return JSON.stringify([overview?.folder?.source, overview?.last?.failures]);
}

function nameOf(title: string, path: string, failure: string | undefined): HTMLElement {
  const words = [title, path].map((text, index) => {
    const part = element("span", index === 0 ? "document-title" : "document-path", text);
    part.dir = "auto";
    return part;
  });
  const note = `Not read the last time: ${failure}. The text of before is kept.`;
  if (failure !== undefined) words.push(element("span", "failure", note));
  return element("div", "", ...words);
}
