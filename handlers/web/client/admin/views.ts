import { element } from "../lib/elements.ts";

/** One part of the page, with an address of its own. */
export interface View {
  /** The address's fragment. */
  readonly id: string;
  readonly title: string;
  readonly element: HTMLElement;
  /** Fetches what it shows; shows a failure to do so itself. */
  load(): Promise<void>;
  /** Ends its work when the page is locked. */
  close(): void;
}

export interface Views {
  readonly links: HTMLElement;
  readonly element: HTMLElement;
  close(): void;
}

/** Shows one of some views: that of the address, else the first. */
export function createViews(views: readonly View[]): Views {
  const parts = views.map((view) => {
    const link = element("a", "view-link", view.title);
    link.href = `#${view.id}`;
    const heading = element("h2", "", view.title);
    heading.tabIndex = -1;
    heading.id = `${view.id}-title`;
    const section = element("section", "view", heading, view.element);
    section.setAttribute("aria-labelledby", heading.id);
    section.hidden = true;
    return { view, link, heading, section };
  });
  const left = new AbortController();

  function show(focus: "heading" | "none"): void {
    const asked = parts.find(({ view }) => location.hash === `#${view.id}`) ?? parts[0];
    for (const part of parts) {
      part.section.hidden = part !== asked;
      if (part === asked) part.link.setAttribute("aria-current", "page");
      else part.link.removeAttribute("aria-current");
    }
    if (focus === "heading") asked?.heading.focus();
    void asked?.view.load();
  }

  addEventListener("hashchange", () => show("heading"), { signal: left.signal });
  show("none");
  return {
    links: element("div", "view-links", ...parts.map(({ link }) => link)),
    element: element("div", "views", ...parts.map(({ section }) => section)),
    close() {
      left.abort();
      for (const { view } of parts) view.close();
    },
  };
}
