import { pathOf } from "../lib/address.ts";
import { button, element, icon, iconButton } from "../lib/elements.ts";
import { followInPage } from "../lib/page-link.ts";
import type { ConversationSummary, ExportFormat } from "../../../contract/conversation.ts";

export interface ConversationRow {
  readonly element: HTMLLIElement;
  update(conversation: ConversationSummary, isOpen: boolean): void;
}

export interface ConversationActions {
  readonly open: (id: string) => void;
  readonly rename: (id: string, title: string) => void;
  readonly remove: (conversation: ConversationSummary) => void;
  readonly export: (conversation: ConversationSummary, format: ExportFormat) => void;
}

const exportLabels: readonly (readonly [ExportFormat, string])[] = [
  ["markdown", "Export as Markdown"],
  ["text", "Export as plain text"],
  ["json", "Export as JSON"],
];

/** A row of the list: the title is a link that opens the conversation; the menu renames, exports and deletes it. */
export function createConversationRow(
  first: ConversationSummary,
  actions: ConversationActions,
): ConversationRow {
  let conversation = first;
  const title = element("a", "conversation-title");
  title.href = pathOf(first.id);
  followInPage(title, () => actions.open(conversation.id));
  title.dir = "auto";
  const dots = iconButton("more", "", () => {});
  const menu = element("div", "menu");
  menu.popover = "auto";
  const line = element("div", "conversation-line", title, dots, menu);
  const root = element("li", "conversation", line);
  dots.popoverTargetElement = menu;

  const entry = (name: Parameters<typeof icon>[0], label: string, run: () => void): void => {
    const made = button("menu-entry", "", () => {
      menu.hidePopover();
      run();
    });
    made.append(icon(name), label);
    menu.append(made);
  };
  entry("pencil", "Rename", rename);
  for (const [format, label] of exportLabels) {
    entry("download", label, () => actions.export(conversation, format));
  }
  entry("trash", "Delete", () => actions.remove(conversation));

  menu.addEventListener("beforetoggle", (event) => {
    if (event.newState === "open") place(menu, dots);
  });
  menu.addEventListener("toggle", (event) => {
    if (event.newState === "open") menu.querySelector("button")?.focus();
  });
  menu.addEventListener("keydown", (event) => moveInMenu(event, menu));

  function rename(): void {
    const field = element("input", "rename");
    field.value = conversation.title;
    field.maxLength = 200;
    field.dir = "auto";
    field.setAttribute("aria-label", "Title of the conversation");
    let over = false;
    const finish = (keep: boolean): void => {
      if (over) return;
      over = true;
      const wanted = field.value.trim();
      const hadFocus = document.activeElement === field;
      field.replaceWith(line);
      if (hadFocus) title.focus();
      if (keep && wanted !== "" && wanted !== conversation.title) {
        actions.rename(conversation.id, wanted);
      }
    };
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
      event.preventDefault();
      event.stopPropagation();
      finish(event.key === "Enter");
    });
    field.addEventListener("blur", () => finish(true));
    line.replaceWith(field);
    field.select();
  }

  function update(next: ConversationSummary, isOpen: boolean): void {
    conversation = next;
    title.textContent = next.title;
    title.title = next.title;
    dots.setAttribute("aria-label", `More for: ${next.title}`);
    dots.title = "More";
    if (isOpen) title.setAttribute("aria-current", "page");
    else title.removeAttribute("aria-current");
  }

  return { element: root, update };
}

/** Places the menu below its button, or higher near the window's bottom, but never above its top. */
function place(menu: HTMLElement, dots: HTMLElement): void {
  const box = dots.getBoundingClientRect();
  const isLow = box.bottom > innerHeight - 260;
  const above = Math.max(8, Math.min(innerHeight - box.top + 4, innerHeight - 260));
  menu.style.insetBlock = isLow ? `auto ${above}px` : `${box.bottom + 4}px auto`;
  menu.style.left = `${Math.max(8, Math.min(box.right - 232, innerWidth - 240))}px`;
}

function moveInMenu(event: KeyboardEvent, menu: HTMLElement): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const entries = [...menu.querySelectorAll("button")];
  const index = entries.findIndex((each) => each === document.activeElement);
  entries.at((index + step) % entries.length)?.focus();
}
