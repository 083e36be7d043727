import type { RowForm } from "./row-code.ts";
import type { Attributes } from "./tag-reader.ts";

interface List {
  readonly isNumbered: boolean;
  next: number;
  number: number | null;
  /** Whether an item is open, and whether it has words. */
  item: "none" | "begun" | "worded";
}

interface Table {
  inHead: boolean;
  /** Rows with words, and all rows. */
  written: number;
  row: number;
  /** The next cell's column, the column of the last one with a border, and the empty ones before the first. */
  column: number;
  bordered: number;
  leading: number;
  onlyHeaders: boolean;
  hasBorder: boolean;
  /** The index of the header, or -1. */
  header: number;
  /** By column: the row in which a cell of several rows ends. */
  readonly taken: number[];
}

// Deeper lists and tables are read as a part of these.
const deepest = 50;
const mostColumns = 64;
const mostRows = 10_000;

/** Whether an element is a list of items. */
export function isListName(name: string): boolean {
  return name === "ul" || name === "ol" || name === "menu";
}

/** Follows the lists and tables that are open at a place of a page. */
export function createPageStructure() {
  const lists = createStack<List>();
  const tables = createStack<Table>();
  let inRow = false;

  const worded = () => lists.all.filter(({ item }) => item === "worded").length;

  return {
    /** Whether words stand in a row of a table. */
    inRow: () => inRow,
    /** Whether words stand in an item of a list. */
    inItem: () => lists.all.some(({ item }) => item !== "none"),
    open(name: string, attributes: Attributes): void {
      if (isListName(name)) {
        const next = wholeNumber(attributes.get("start")) ?? 1;
        lists.push({ isNumbered: name === "ol", next, number: null, item: "none" });
      } else if (name === "table") {
        tables.push({ ...emptyTable, taken: [] });
      } else if (name === "li" && !inRow) {
        if (lists.all.length === 0) {
          lists.push({ isNumbered: false, next: 1, number: null, item: "none" });
        }
        const list = lists.all.at(-1);
        if (list === undefined) return;
        list.item = "begun";
        list.number = list.isNumbered ? (wholeNumber(attributes.get("value")) ?? list.next) : null;
        list.next = (list.number ?? 0) + 1;
      }
      const table = tables.all.at(-1);
      if (table === undefined) return;
      if (name === "thead" || name === "tbody") table.inHead = name === "thead";
      if (name !== "tr") return;
      const row = table.row + 1;
      Object.assign(table, {
        row,
        column: 0,
        bordered: 0,
        leading: 0,
        onlyHeaders: true,
        hasBorder: false,
      });
      inRow = true;
    },
    close(name: string): void {
      if (isListName(name)) lists.pop();
      if (name === "table") tables.pop();
      const list = lists.all.at(-1);
      if (name === "li" && list !== undefined && !inRow) list.item = "none";
    },
    /** Begins a cell; returns how many borders stand before it, behind words of its row. */
    cell(name: string, attributes: Attributes, isFirst: boolean): number {
      const table = tables.all.at(-1);
      if (table === undefined) return 0;
      let { column } = table;
      while ((table.taken[column] ?? 0) > table.row) column += 1;
      const borders = isFirst ? 0 : Math.max(1, column - table.bordered);
      if (isFirst) table.leading = column;
      table.bordered = column;
      if (borders > 0) table.hasBorder = true;
      if (name === "td") table.onlyHeaders = false;
      const width = Math.max(1, wholeNumber(attributes.get("colspan")) ?? 1);
      const height = Math.min(wholeNumber(attributes.get("rowspan")) ?? 1, mostRows);
      table.column = Math.min(column + width, mostColumns);
      for (let each = column; each < table.column; each += 1) {
        table.taken[each] = table.row + height;
      }
      return borders;
    },
    /** The form of words that end here, which are the row `index` of the page. */
    form(isVerbatim: boolean, index: number): RowForm {
      const list = lists.all.at(-1);
      const table = tables.all.at(-1);
      if (inRow && table !== undefined) {
        const { leading, inHead, onlyHeaders, hasBorder } = table;
        const isAlone = leading === 0 && !hasBorder;
        const isHeader = table.written === 0 && (inHead || onlyHeaders);
        if (isAlone && table.written === 0) return { ...plain, depth: 0 };
        table.written += 1;
        if (isHeader) table.header = index;
        const header = table.header < 0 ? 0 : index - table.header;
        return { kind: "row", depth: 0, number: leading, isHeader, header };
      }
      if (list?.item === "begun") {
        const depth = worded();
        // An item that begins with code is code.
        list.item = isVerbatim ? "none" : "worded";
        return { ...plain, kind: isVerbatim ? "verbatim" : "item", depth, number: list.number };
      }
      const depth = worded();
      if (isVerbatim) return { ...plain, kind: "verbatim", depth };
      return { ...plain, kind: depth > 0 ? "more" : "prose", depth };
    },
    /** Ends the row that words stood in: what follows in it is no cell. */
    endRow(): void {
      inRow = false;
    },
    /** Ends all items, for a heading: what stands below it is a section. */
    endItems(): void {
      for (const list of lists.all) list.item = "none";
    },
  };
}

const plain = { kind: "prose", number: null, isHeader: false, header: 0 } as const;
const emptyTable = {
  inHead: false,
  written: 0,
  row: 0,
  column: 0,
  bordered: 0,
  leading: 0,
  onlyHeaders: true,
  hasBorder: false,
  header: -1,
};

function wholeNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^\s*\d{1,7}\s*$/.test(value) ? Number(value) : undefined;
}

/** A stack of bounded depth: what is pushed beyond it is popped again, but never on top. */
function createStack<Item>() {
  const all: Item[] = [];
  let beyond = 0;
  return {
    all,
    push(item: Item): void {
      if (all.length < deepest) all.push(item);
      else beyond += 1;
    },
    pop(): void {
      if (beyond > 0) beyond -= 1;
      else all.pop();
    },
  };
}
