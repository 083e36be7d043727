import * as v from "valibot";

/** The fields of a list: one page of `items` under the list's name, and the cursor of the next page. */
export function pageOf<Name extends string, Item extends v.GenericSchema>(name: Name, item: Item) {
  const items = { [name]: v.array(item) } as { [Key in Name]: v.ArraySchema<Item, undefined> };
  return v.object({
    ...items,
    next_cursor: v.pipe(
      v.nullable(v.string()),
      v.description("For `cursor`: asks for the next page; null on the last one"),
    ),
  });
}
