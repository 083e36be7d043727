import type { AskFirst } from "../ask-first.ts";
import { element } from "../lib/elements.ts";
import type { Notify } from "../lib/notices.ts";
import type { Session } from "../lib/session.ts";
import { troubleParts } from "../lib/trouble.ts";
import type { AccountApi } from "./api.ts";

/** The dependencies of each section of the settings dialog. */
export interface SettingsDependencies {
  readonly api: AccountApi;
  readonly session: Session;
  readonly notify: Notify;
  readonly askFirst: AskFirst;
  readonly close: () => void;
}

/** One part of the settings, under a heading of its own. */
export function section(title: string, ...children: (Node | string)[]): HTMLElement {
  const made = element("section", "settings-section", element("h3", "", title), ...children);
  made.setAttribute("aria-label", title);
  return made;
}

/** Creates a list that fetches its entries and shows a failure to do so. */
export function createFetchedList<Entry>(
  fetchAll: () => Promise<readonly Entry[]>,
  draw: (entry: Entry) => HTMLElement,
  whenEmpty: string,
): { readonly element: HTMLElement; readonly load: () => Promise<void> } {
  const root = element("div", "fetched");
  root.setAttribute("aria-busy", "true");
  // Takes the focus of a button that is gone when the list is drawn anew.
  root.tabIndex = -1;

  async function load(): Promise<void> {
    let shown: HTMLElement;
    try {
      const entries = await fetchAll();
      shown =
        entries.length > 0
          ? element("ul", "entries", ...entries.map(draw))
          : element("p", "hint", whenEmpty);
    } catch (error) {
      shown = element("div", "trouble", ...troubleParts(error, () => void load()));
    }
    const hadFocus = root.contains(document.activeElement);
    root.replaceChildren(shown);
    if (hadFocus) root.focus();
    root.removeAttribute("aria-busy");
  }
  void load();
  return { element: root, load };
}

/** One entry of a list: its name, a line of details, and its buttons. */
export function entry(
  name: string,
  about: string,
  ...actions: readonly HTMLElement[]
): HTMLElement {
  const title = element("span", "entry-name", name);
  title.dir = "auto";
  const words = element("span", "entry-words", title, element("span", "entry-about", about));
  return element("li", "entry", words, ...actions);
}

const ages = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** The age of a time in the reader's calendar days: today, yesterday, 12 days ago; older ones as a date. */
export function day(time: string): string {
  const [then, now] = [new Date(time), new Date()];
  const days = Math.round((then.setHours(0, 0, 0, 0) - now.setHours(0, 0, 0, 0)) / 86_400_000);
  if (days > -30) return ages.format(days, "day");
  return then.toLocaleDateString([], { dateStyle: "medium" });
}
