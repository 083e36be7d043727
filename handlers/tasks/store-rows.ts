import type { Task } from "../contract/task.ts";
import { sql } from "../lib/sql.ts";
import type { Place } from "../lib/paging.ts";
import type { Statement } from "../ports/database.ts";

export interface TaskRecord {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly completed: boolean;
  readonly created_at: Date;
  /** Each change makes it at least 1 ms later. */
  readonly updated_at: Date;
}

export type TaskOrder =
  | { readonly by: "created_at" | "updated_at"; readonly after: Place | undefined }
  | { readonly by: "title"; readonly after: Place<string> | undefined };

/** A task as it is sent, because JSON takes twice as long to write a Date, with its place in the list, for the cursor. */
export interface PlacedTask {
  readonly task: Task;
  readonly place: Place<string | number>;
}

/** A task whose time of the order is in microseconds since 1970, or, in the order of titles, with its `key`. */
export type PlacedRow = Omit<TaskRecord, "created_at" | "updated_at"> & {
  readonly created_at: Date | number;
  readonly updated_at: Date | number;
  readonly key?: string;
};

export const taskColumns = sql`id, title, description, completed, created_at, updated_at`;

/** With their table: by themselves, the times would be those of `placedColumns`. */
export const orderKeys = {
  created_at: sql`tasks.created_at`,
  updated_at: sql`tasks.updated_at`,
  title: sql`tasks.folded_title`,
} as const;

/** The time of the order comes in microseconds, a Date has only milliseconds; a column more for it would cost a tenth. */
export const placedColumns = {
  created_at: sql`id, title, description, completed,
    ${epochMicroseconds(orderKeys.created_at)} as created_at, updated_at`,
  updated_at: sql`id, title, description, completed,
    created_at, ${epochMicroseconds(orderKeys.updated_at)} as updated_at`,
  title: sql`${taskColumns}, ${orderKeys.title} as key`,
} as const;

export function toPlaced(row: PlacedRow, by: TaskOrder["by"]): PlacedTask {
  const { id, title, description, completed } = row;
  const [created_at, updated_at] = [toIso(row.created_at), toIso(row.updated_at)];
  const key = by === "title" ? (row.key ?? "") : Number(row[by]);
  return {
    task: { id, title, description, completed, created_at, updated_at },
    place: { key, id },
  };
}

function toIso(time: Date | number): string {
  return (typeof time === "number" ? new Date(Math.floor(time / 1000)) : time).toISOString();
}

/** SQL of the key after which a page begins. */
export function placeAfter({ by, after }: TaskOrder): Statement {
  if (by === "title") return sql`${after?.key ?? ""}::text`;
  return sql`('epoch'::timestamptz + ${after?.key ?? 0}::bigint * interval '1 microsecond')`;
}

/** By `date_part`, a double: exact to the microsecond until 2106, and half the cost of `extract`, a numeric. */
function epochMicroseconds(time: Statement): Statement {
  return sql`round(date_part('epoch', ${time}) * 1000000)::bigint`;
}
