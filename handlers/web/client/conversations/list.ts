import type { AskFirst } from "../ask-first.ts";
import { button, element, part } from "../lib/elements.ts";
import type { Notify } from "../lib/notices.ts";
import { problemOf, type SendRequest } from "../lib/request.ts";
import type {
  ConversationPage,
  ConversationSummary,
  ExportFormat,
} from "../../../contract/conversation.ts";
import { troubleParts } from "../lib/trouble.ts";
import { createConversationsApi } from "./api.ts";
import { groupByAge } from "./groups.ts";
import { createConversationRow, type ConversationRow } from "./row.ts";

export interface ConversationListView {
  refresh(): Promise<void>;
  /** Marks the open conversation; undefined: none. */
  mark(id: string | undefined): void;
  clear(): void;
}

export interface ConversationListOptions {
  readonly request: SendRequest;
  readonly notify: Notify;
  readonly askFirst: AskFirst;
  readonly open: (id: string) => void;
  /** Called when the open conversation was deleted. */
  readonly onOpenRemoved: () => void;
  /** Called when a conversation has been renamed or deleted here. */
  readonly onChange: (id: string) => void;
  /** Shows the open conversation's title. */
  readonly showTitle: (title: string) => void;
}

/** Creates the list of conversations with its search field. */
export function createConversationList(options: ConversationListOptions): ConversationListView {
  const { notify, askFirst } = options;
  const api = createConversationsApi(options.request);
  const root = part("conversations", HTMLElement);
  const rows = new Map<string, ConversationRow>();
  let conversations: readonly ConversationSummary[] = [];
  let next: string | null = null;
  let opened: string | undefined;
  /** Number of the latest fetch: results of earlier ones are dropped. */
  let latest = 0;

  const more = button("quiet", "Show older", () => void showOlder());
  const actions = { open: options.open, rename, remove, export: save };

  function draw(): void {
    const ids = new Set(conversations.map(({ id }) => id));
    for (const id of rows.keys()) if (!ids.has(id)) rows.delete(id);
    const focused = document.activeElement;
    const hadFocus = focused instanceof HTMLElement && root.contains(focused);
    const before = titles();
    const at = before.findIndex(({ parentElement }) => parentElement?.contains(focused));
    showTitle();
    root.replaceChildren(
      ...groupByAge(conversations, new Date()).flatMap(({ name, members }) => [
        element("h3", "", name),
        element("ul", "", ...members.map(drawRow)),
      ]),
    );
    if (conversations.length === 0) root.append(element("p", "empty", "No conversations yet."));
    if (next !== null) root.append(more);
    if (!hadFocus) return;
    // Moved elements lose the focus; a removed one's goes to the conversation in its place, "Show older"'s to the next.
    if (root.contains(focused)) focused.focus();
    else (titles()[at === -1 ? before.length : at] ?? titles().at(-1))?.focus();
  }

  function titles(): HTMLElement[] {
    return [...root.querySelectorAll<HTMLElement>(".conversation-title")];
  }

  function showTitle(): void {
    const open = conversations.find(({ id }) => id === opened);
    if (open) options.showTitle(open.title);
  }

  function drawRow(conversation: ConversationSummary): HTMLElement {
    const row = rows.get(conversation.id) ?? createConversationRow(conversation, actions);
    rows.set(conversation.id, row);
    row.update(conversation, conversation.id === opened);
    return row.element;
  }

  function replace(changed: ConversationSummary): void {
    conversations = conversations.map((each) => (each.id === changed.id ? changed : each));
    draw();
  }

  async function showOlder(): Promise<void> {
    const mine = ++latest;
    const page = await attempt(() => api.list(next ?? undefined));
    if (!page || mine !== latest) return;
    conversations = [...conversations, ...page.conversations];
    next = page.next_cursor;
    draw();
  }

  async function rename(id: string, title: string): Promise<void> {
    const before = conversations.find((each) => each.id === id);
    if (!before) return;
    latest++;
    replace({ ...before, title });
    const renamed = await attempt(() => api.rename(id, title));
    replace(renamed ?? before);
    options.onChange(id);
  }

  async function remove(conversation: ConversationSummary): Promise<void> {
    const { id, title } = conversation;
    const sure = await askFirst({
      title: "Delete this conversation?",
      text: `“${title}” and everything said in it will be gone for good.`,
      action: "Delete",
    });
    if (!sure) return;
    latest++;
    try {
      await api.remove(id);
    } catch (error) {
      // 404: it was deleted before, which is just as good.
      if (problemOf(error).status !== 404) return notify(problemOf(error).detail);
    }
    conversations = conversations.filter((each) => each.id !== id);
    draw();
    if (id === opened) options.onOpenRemoved();
    options.onChange(id);
    notify("Conversation deleted.");
  }

  async function save(conversation: ConversationSummary, format: ExportFormat): Promise<void> {
    const file = await attempt(() => api.export(conversation.id, format));
    if (!file) return;
    const link = element("a");
    link.href = URL.createObjectURL(file);
    const name = conversation.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
    link.download = `${name.slice(0, 60) || "conversation"}.${endings[format]}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  async function attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code !== "session_ended") notify(problem.detail);
      return undefined;
    }
  }

  return {
    async refresh() {
      const mine = ++latest;
      let page: ConversationPage;
      try {
        page = await api.list();
      } catch (error) {
        const { code } = problemOf(error);
        if (mine !== latest || conversations.length > 0 || code === "session_ended") return;
        const parts = troubleParts(error, () => void this.refresh());
        return root.replaceChildren(element("div", "trouble", ...parts));
      }
      if (mine !== latest) return;
      const older = olderThan(page, conversations);
      conversations = [...page.conversations, ...older];
      if (older.length === 0) next = page.next_cursor;
      // Not while the reader renames a conversation or has a menu open.
      if (root.querySelector(".rename, :popover-open")) showTitle();
      else draw();
    },
    mark(id) {
      opened = id;
      for (const conversation of conversations) drawRow(conversation);
      showTitle();
    },
    clear() {
      latest++;
      conversations = [];
      next = null;
      draw();
    },
  };
}

/** The conversations of a list that belong behind this page: the reader has asked to see them. */
function olderThan(
  { conversations, next_cursor }: ConversationPage,
  list: readonly ConversationSummary[],
): readonly ConversationSummary[] {
  const last = conversations.at(-1);
  if (!last || next_cursor === null) return [];
  const known = new Set(conversations.map(({ id }) => id));
  return list.filter(({ id, updated_at }) => !known.has(id) && updated_at <= last.updated_at);
}

const endings = { markdown: "md", text: "txt", json: "json" } as const;
