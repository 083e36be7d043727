import type { AskFirst } from "../../ask-first.ts";
import { element } from "../../lib/elements.ts";
import type { Notify } from "../../lib/notices.ts";
import { troubleParts } from "../../lib/trouble.ts";
import type { AdminApi } from "../api.ts";
import { createUploadView } from "../upload/view.ts";
import type { View } from "../views.ts";
import { createDocumentList } from "./list.ts";
import { createFolderView } from "./folder.ts";

const pollMilliseconds = 1000;

export interface DocumentsView extends View {
  readonly isUploading: () => boolean;
}

/** The folder, uploads, and the list of all documents. */
export function createDocumentsView(deps: {
  readonly api: AdminApi;
  readonly askFirst: AskFirst;
  readonly notify: Notify;
}): DocumentsView {
  const { api, notify } = deps;
  let timer = 0;
  let wasReading = false;
  let isClosed = false;

  const trouble = element("div", "trouble");
  trouble.hidden = true;
  const folder = createFolderView(api, notify, look);
  const upload = createUploadView(api, () => void loadAll());
  const list = createDocumentList({ ...deps, onRemoved: look });

  /** Looks how the folder stands, and again every second while it is being read. */
  async function look(): Promise<void> {
    clearTimeout(timer);
    try {
      const overview = await api.overview();
      if (isClosed) return;
      trouble.hidden = true;
      folder.show(overview);
      list.show(overview);
      upload.accept(overview.accepts);
      const isReading = overview.state === "reading" || overview.state === "starting";
      if (isReading) timer = setTimeout(() => void look(), pollMilliseconds);
      if (wasReading && !isReading) void list.load();
      wasReading = isReading;
    } catch (error) {
      if (isClosed) return;
      trouble.replaceChildren(...troubleParts(error, () => void look()));
      trouble.hidden = false;
    }
  }

  async function loadAll(): Promise<void> {
    await Promise.all([look(), list.load()]);
  }

  return {
    id: "documents",
    title: "Documents",
    element: element(
      "div",
      "",
      trouble,
      element("h3", "", "Folder"),
      folder.element,
      element("h3", "", "Upload"),
      upload.element,
      element("h3", "", "All documents"),
      list.element,
    ),
    load: loadAll,
    isUploading: () => upload.isBusy(),
    close() {
      isClosed = true;
      clearTimeout(timer);
      upload.stop();
    },
  };
}
