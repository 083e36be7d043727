import { createAskFirst } from "../ask-first.ts";
import { part } from "../lib/elements.ts";
import { createNotices } from "../lib/notices.ts";
import { createAdminApi } from "./api.ts";
import { createDocumentsView, type DocumentsView } from "./documents/view.ts";
import { createKeyForm } from "./key-form.ts";
import { createOperator } from "./operator.ts";
import { createQuestionsView } from "./reports/questions.ts";
import { createServiceView } from "./reports/service.ts";
import { createUsageView } from "./reports/usage.ts";
import { createViews, type Views } from "./views.ts";

const entrance = part("entrance", HTMLElement);
const workspace = part("workspace", HTMLElement);
const nav = part("views", HTMLElement);
const lockButton = part("lock", HTMLButtonElement);

const notify = createNotices();
const askFirst = createAskFirst();
const operator = createOperator(() => {
  lock();
  notify("The server no longer accepts the key. It may have been changed.");
});
const api = createAdminApi(operator.request);
const keyForm = createKeyForm(operator, openWorkspace);
part("key", HTMLElement).append(keyForm.element);

let opened: { readonly views: Views; readonly documents: DocumentsView } | undefined;

function openWorkspace(): void {
  const documents = createDocumentsView({ api, askFirst, notify });
  const views = createViews([
    documents,
    createQuestionsView(api, notify),
    createUsageView(api),
    createServiceView(api),
  ]);
  opened = { views, documents };
  nav.replaceChildren(views.links);
  workspace.replaceChildren(views.element);
  show(true);
  workspace.querySelector<HTMLElement>("section:not([hidden]) h2")?.focus();
}

function lock(): void {
  operator.leave();
  opened?.views.close();
  opened = undefined;
  nav.replaceChildren();
  workspace.replaceChildren();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  show(false);
  keyForm.reset();
}

function show(isOpen: boolean): void {
  entrance.hidden = isOpen;
  workspace.hidden = !isOpen;
  nav.hidden = !isOpen;
  lockButton.hidden = !isOpen;
}

lockButton.addEventListener("click", lock);
// A drop beside the upload field would leave the page and show the file.
for (const name of ["dragover", "drop"]) {
  addEventListener(name, (event) => event.preventDefault());
}
addEventListener("beforeunload", (event) => {
  if (opened?.documents.isUploading()) event.preventDefault();
});
show(false);
keyForm.reset();
