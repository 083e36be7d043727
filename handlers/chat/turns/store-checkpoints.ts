import { sql } from "../../lib/sql.ts";
import type { Statement } from "../../ports/database.ts";
import type { LoggedParts } from "./kept-parts.ts";

/**
 * A save of an unfinished answer, whose text is only in its log until it ends: writing it whole each time would cost
 * the database more the longer it is. Empty strings: unchanged since the last save.
 */
export interface Checkpoint {
  readonly id: string;
  /** JSON, as `toolCalls`. */
  readonly sources: string;
  readonly toolCalls: string;
  /** The parts since the last one. */
  readonly log: LoggedParts;
}

/**
 * SQL statement: saves unfinished answers, adds their new parts to their logs and renews their leases. Returns the
 * `id`s of those that go on.
 */
export const saveCheckpoints = (checkpoints: readonly Checkpoint[]): Statement => sql`
  with saved as (
    update messages set
      sources = coalesce(nullif(given.sources, '')::jsonb, messages.sources),
      tool_calls = coalesce(nullif(given.tool_calls, '')::jsonb, messages.tool_calls),
      updated_at = now()
    from unnest(
      ${checkpoints.map(({ id }) => id)}::uuid[],
      ${checkpoints.map(({ sources }) => sources)}::text[],
      ${checkpoints.map(({ toolCalls }) => toolCalls)}::text[],
      ${checkpoints.map(({ log }) => log.until)}::integer[],
      ${checkpoints.map(({ log }) => log.parts)}::text[]
    ) as given (id, sources, tool_calls, until, parts)
    where messages.id = given.id and status = 'streaming'
    returning messages.id, stop_requested, given.until, given.parts
  ), logged as (
    insert into run_parts (message_id, until, parts)
    select id, until, parts from saved where parts <> ''
    on conflict do nothing
  )
  select id from saved where stop_requested is not true`;
