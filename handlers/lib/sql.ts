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
  let text = strings[0] ?? "";
  const values: SqlValue[] = [];
  for (const [index, part] of parts.entries()) {
    if (isStatement(part)) {
      const offset = values.length;
      text += part.text.replace(/\$(\d+)/g, (_, number: string) => `$${Number(number) + offset}`);
      values.push(...part.values);
    } else {
      values.push(part);
      text += `$${values.length}`;
    }
    text += strings[index + 1] ?? "";
  }
  return { text, values };
}

function isStatement(part: SqlValue | Statement): part is Statement {
  return typeof part === "object" && part !== null && "text" in part && "values" in part;
}
