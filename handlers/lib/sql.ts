import type { SqlValue, Statement } from "../ports/database.ts";

/**
 * Tagged-template SQL: values become parameters, statements nest as fragments.
 *
 * @example sql`select * from tasks where owner = ${owner} ${only ? sql`and completed = ${only}` : sql``}`
 */
export function sql(
  strings: TemplateStringsArray,
  ...parts: readonly (SqlValue | Statement)[]
): Statement {
  const pieces: string[] = [];
  const values: SqlValue[] = [];
  let last = strings[0] ?? "";
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? null;
    if (isStatement(part)) {
      const nested = piecesOf(part);
      last += nested[0] ?? "";
      for (let place = 1; place < nested.length; place += 1) {
        pieces.push(last);
        last = nested[place] ?? "";
      }
      for (const value of part.values) values.push(value);
    } else {
      pieces.push(last);
      values.push(part);
      last = "";
    }
    last += strings[index + 1] ?? "";
  }
  pieces.push(last);
  return compose(pieces, values);
}

/** The key of a statement's text between its values: with it, nesting need not number the values anew at each level. */
const between = Symbol("between");

type Composed = Statement & { readonly [between]?: readonly string[] };

/** @throws Error for a statement that was not made by `sql` and uses a value twice */
function piecesOf(statement: Composed): readonly string[] {
  const pieces = statement[between] ?? statement.text.split(/\$\d+/);
  if (pieces.length !== statement.values.length + 1)
    throw new Error("a nested statement must use each value once, in order");
  return pieces;
}

function compose(pieces: readonly string[], values: readonly SqlValue[]): Composed {
  let text: string | undefined;
  return {
    get text() {
      return (text ??= number(pieces));
    },
    values,
    [between]: pieces,
  };
}

function number(pieces: readonly string[]): string {
  let text = pieces[0] ?? "";
  for (let index = 1; index < pieces.length; index += 1) text += `$${index}${pieces[index] ?? ""}`;
  return text;
}

function isStatement(part: SqlValue | Statement): part is Statement {
  return typeof part === "object" && part !== null && "text" in part && "values" in part;
}
