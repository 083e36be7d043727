import * as v from "valibot";
import { pageQuery } from "../lib/paging.ts";
import { atMost, storableText, titleText } from "../lib/text-schema.ts";
import { taskSorts } from "./list.ts";

/** At most 1000 characters (code points). */
export const taskDescription = v.pipe(storableText, atMost(1000));

/** Null stands for an empty description. */
const nullableDescription = v.pipe(
  v.nullable(taskDescription),
  v.transform((value) => value ?? ""),
);

const completed = v.boolean("must be true or false");

/** The body of POST and PUT: a whole task. */
export const taskBody = v.object({
  title: titleText,
  description: v.optional(nullableDescription, ""),
  completed: v.optional(completed, false),
});

/** The body of PATCH: at least one field. */
export const taskPatch = v.pipe(
  v.object({
    title: v.optional(titleText),
    description: v.optional(nullableDescription),
    completed: v.optional(completed),
  }),
  v.check(
    (changes) => Object.values(changes).some((value) => value !== undefined),
    "must have title, description or completed",
  ),
  v.metadata({ minProperties: 1 }),
);

/** The body of PATCH …/complete, which may be left out. */
export const completeBody = v.object({ completed: v.optional(completed, true) });

export const taskParams = v.object({ id: v.pipe(v.string(), v.maxLength(200)) });

export const taskStatus = v.picklist(
  ["all", "pending", "completed"],
  "must be all, pending or completed",
);

export const taskQuery = v.object({
  status: v.optional(taskStatus, "all"),
  sort: v.optional(v.picklist(taskSorts, `must be one of ${taskSorts.join(", ")}`), "-created_at"),
  q: v.optional(v.pipe(v.string(), v.trim(), atMost(200)), ""),
  ...pageQuery({ usual: 50, maximum: 100 }),
});
