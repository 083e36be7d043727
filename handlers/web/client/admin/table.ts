import { element } from "../lib/elements.ts";

export interface Column {
  readonly title: string;
  /** `number`: aligned at its end. `action`: its title is for screen readers only. */
  readonly kind?: "number" | "action";
}

export interface Table {
  readonly element: HTMLElement;
  /** Replaces the rows; the first cell of each is its header. */
  fill(rows: readonly (readonly (Node | string)[])[]): void;
}

/** A table that scrolls by itself where it is wider than the page. `caption` is read out, not shown. */
export function createTable(caption: string, columns: readonly Column[]): Table {
  const heads = columns.map(({ title, kind }) => {
    const head = element("th", kind ?? "");
    head.scope = "col";
    head.append(kind === "action" ? element("span", "unseen", title) : title);
    return head;
  });
  const body = element("tbody");
  const table = element(
    "table",
    "table",
    element("caption", "unseen", caption),
    element("thead", "", element("tr", "", ...heads)),
    body,
  );
  const box = element("div", "table-box", table);
  // Can be scrolled by keyboard.
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", caption);
  return {
    element: box,
    fill(rows) {
      body.replaceChildren(...rows.map((cells) => element("tr", "", ...cells.map(toCell))));
    },
  };

  function toCell(content: Node | string, index: number): HTMLElement {
    const { title = "", kind = "" } = columns[index] ?? {};
    const cell = element(index === 0 ? "th" : "td", kind, content);
    if (index === 0) cell.setAttribute("scope", "row");
    // Shown before the value where rows become blocks on a narrow screen.
    else if (kind !== "action") cell.dataset["title"] = title;
    return cell;
  }
}

/** A bar for the eye; the number stands beside it as text. @param part 0–1 */
export function bar(part: number, kind: string): HTMLElement {
  const made = element("span", `bar-part ${kind}`);
  made.style.inlineSize = `${(Math.max(0, Math.min(1, part)) * 100).toFixed(2)}%`;
  return made;
}

/** A choice by a menu, with its label. */
export function createSelect(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  onChange: (value: string) => void,
): { readonly element: HTMLElement; readonly input: HTMLSelectElement } {
  const input = element("select");
  input.append(
    ...options.map(([value, text]) => {
      const option = element("option", "", text);
      option.value = value;
      return option;
    }),
  );
  input.addEventListener("change", () => onChange(input.value));
  return { element: element("label", "select", element("span", "", label), input), input };
}
