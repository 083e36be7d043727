import { isUuid, uuidV7 } from "../lib/ids.ts";
import type { Clock } from "../ports/clock.ts";
import type { Admission, Checked, VerdictRow } from "../http/access/admission.ts";
import type { Database, Statement } from "../ports/database.ts";
import { sql } from "../lib/sql.ts";
import { fold } from "./fold.ts";
import {
  orderKeys,
  placeAfter,
  placedColumns,
  taskColumns as columns,
  toPlaced,
  type PlacedRow,
  type PlacedTask,
  type TaskOrder,
  type TaskRecord,
} from "./store-rows.ts";
import { createRoom } from "./room.ts";

export type TaskFields = Pick<TaskRecord, "title" | "description" | "completed">;
export type TaskChanges = { readonly [Name in keyof TaskFields]?: TaskFields[Name] | undefined };

/** The outcome of changing or deleting a task; `task` is its new state, or its last before it was deleted. */
export type TaskOutcome =
  | { readonly kind: "done"; readonly task: TaskRecord }
  | { readonly kind: "not-found" }
  /** The task is in none of the versions that the caller named. */
  | { readonly kind: "other-version" };

/** The versions that may be changed: `updated_at` in ISO 8601; undefined: any. */
export type Versions = readonly string[] | undefined;

export type TaskStatus = "all" | "pending" | "completed";

export interface TaskFilter {
  readonly status: TaskStatus;
  /** Text in the title or description, of any case; empty: all tasks. */
  readonly q: string;
  readonly limit: number;
}

export interface NumberedTask extends TaskRecord {
  /** From 1, in the order pending first, then newest first; the same whatever the filter. */
  readonly number: number;
}

/**
 * The most tasks of an account. Concurrent requests may exceed it by their number, and instances by what they add within
 * a minute of each other.
 */
const taskMaximum = 10_000;

/** Tasks in the database; every statement is bound to their owner. All methods throw PortFailure. */
export function createTaskStore(database: Database, clock: Clock) {
  const room = createRoom(taskMaximum, clock);
  return {
    /** The new task; undefined when the account has 10,000 tasks. */
    async add(ownerId: string, fields: TaskFields): Promise<TaskRecord | undefined> {
      const { title, description, completed } = fields;
      const added = sql`
        insert into tasks (id, owner_id, title, description, completed, folded_title, folded_description)
        select ${uuidV7(clock.now())}::uuid, id, ${title}::text, ${description}::text,
          ${completed}::boolean, ${fold(title)}::text, ${fold(description)}::text
        from users
        where id = ${ownerId}::uuid`;
      if (room.take(ownerId)) {
        const [task] = await database.query<TaskRecord>(sql`${added} returning ${columns}`);
        return task;
      }
      const [row] = await database.query<TaskRecord & { counted: number }>(sql`
        with counted as (
          select count(*)::integer as tasks from tasks where owner_id = ${ownerId}::uuid
        )
        ${added} and (select tasks from counted) < ${taskMaximum}::integer
        returning ${columns}, (select tasks from counted) as counted`);
      if (!row) return undefined;
      const { counted, ...task } = row;
      room.note(ownerId, counted + 1);
      return task;
    },

    async read(ownerId: string, id: string): Promise<TaskRecord | undefined> {
      if (!isUuid(id)) return undefined;
      const [task] = await database.query<TaskRecord>(sql`
        select ${columns} from tasks where id = ${id}::uuid and owner_id = ${ownerId}::uuid`);
      return task;
    },

    /** Changes only the given fields, so that concurrent changes of the others are kept. */
    change(ownerId: string, id: string, changes: TaskChanges, versions?: Versions) {
      const { title = null, description = null, completed = null } = changes;
      return act(
        ownerId,
        id,
        versions,
        (isMeant) => sql`
        update tasks set
          title = coalesce(${title}::text, title),
          folded_title = coalesce(${title && fold(title)}::text, folded_title),
          description = coalesce(${description}::text, description),
          folded_description = coalesce(${description && fold(description)}::text, folded_description),
          completed = coalesce(${completed}::boolean, completed),
          updated_at = greatest(
            date_trunc('milliseconds', now()), updated_at + interval '1 millisecond'
          )
        where ${isMeant} returning ${columns}`,
      );
    },

    remove(ownerId: string, id: string, versions?: Versions) {
      return act(
        ownerId,
        id,
        versions,
        (isMeant) => sql`delete from tasks where ${isMeant} returning ${columns}`,
      );
    },

    /**
     * The caller's tasks after `order.after`, at most `filter.limit`. The same statement checks the session, so
     * that the most frequent request is one round trip.
     */
    async list(
      admission: Admission,
      filter: TaskFilter,
      order: TaskOrder,
      direction: "ascending" | "descending",
    ): Promise<Checked<{ readonly tasks: PlacedTask[] }>> {
      const key = orderKeys[order.by];
      const isAscending = direction === "ascending";
      const way = isAscending ? sql`asc` : sql`desc`;
      const isBehind = order.after
        ? sql`(${key}, id) ${isAscending ? sql`>` : sql`<`} (${placeAfter(order)}, ${order.after.id}::uuid)`
        : sql`true`;
      const rows = await database.query<PlacedRow>(sql`
        with ${admission.caller}
        select ${placedColumns[order.by]}
        from tasks
        where owner_id = (select user_id from caller) and ${passes(filter)} and ${isBehind}
        order by ${key} ${way}, id ${way} limit ${filter.limit}`);
      const tasks = rows.map((row) => toPlaced(row, order.by));
      if (tasks.length > 0) return admission.check({ signed_in: true, tasks });
      // No tasks, or the session has ended: asking only now makes the usual list a third cheaper.
      const [row] = await database.query<VerdictRow>(admission.checkOnly);
      return admission.check(row && { ...row, tasks });
    },

    /** The first `limit` tasks, pending first and then newest first, and how many there are. */
    async listNumbered(
      ownerId: string,
      filter: TaskFilter,
    ): Promise<{ tasks: NumberedTask[]; total: number }> {
      const rows = await database.query<NumberedTask & { total: number }>(sql`
        select ${columns}, number, (count(*) over ())::integer as total
        from (
          select *, (row_number() over (order by completed, created_at desc, id desc))::integer as number
          from tasks where owner_id = ${ownerId}::uuid
        ) as tasks
        where ${passes(filter)} order by number limit ${filter.limit}`);
      const tasks = rows.map(({ total: _total, ...task }) => task);
      return { tasks, total: rows[0]?.total ?? 0 };
    },
  };

  /** Runs a statement on one task, if it is the owner's and in one of the versions. */
  async function act(
    ownerId: string,
    id: string,
    versions: Versions,
    write: (isMeant: Statement) => Statement,
  ): Promise<TaskOutcome> {
    if (!isUuid(id)) return { kind: "not-found" };
    const isOwned = sql`id = ${id}::uuid and owner_id = ${ownerId}::uuid`;
    const isVersion = sql`to_char(updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      = any(${versions ?? []}::text[])`;
    const [row] = await database.query<{ found: boolean } & (TaskRecord | { id: null })>(sql`
      with written as (${write(versions ? sql`${isOwned} and ${isVersion}` : isOwned)})
      select found, written.*
      from (select exists (select from tasks where ${isOwned}) as found) as before
      left join written on true`);
    const { found, ...task } = row ?? { found: false, id: null };
    if (task.id !== null) return { kind: "done", task };
    return { kind: found && versions ? "other-version" : "not-found" };
  }
}

export type TaskStore = ReturnType<typeof createTaskStore>;

function passes({ status, q }: TaskFilter): Statement {
  const isWanted =
    status === "all" ? sql`true` : sql`completed = ${status === "completed"}::boolean`;
  if (q === "") return isWanted;
  const wanted = fold(q);
  return sql`${isWanted} and (
    strpos(folded_title, ${wanted}::text) > 0 or strpos(folded_description, ${wanted}::text) > 0
  )`;
}
