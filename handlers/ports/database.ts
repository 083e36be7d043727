import type { Dependency } from "./dependency.ts";

/** The types of `${value}` in a statement. JSON travels as text and is cast in the SQL. */
export type SqlValue =
  | string
  | number
  | boolean
  | null
  | Date
  | Uint8Array
  | readonly string[]
  | readonly number[];

/** PostgreSQL text with `$1…$n` and its values; made by the `sql` tag. */
export interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/**
 * PostgreSQL (15 or newer), as far as every driver can go, Neon over HTTP included: one statement, or
 * several that succeed or fail together. There are no interactive transactions: what must be
 * atomic is one statement or one batch. Each call is one round trip.
 *
 * Rows come with PostgreSQL's names; `timestamptz` as Date, `int8` as number, `bytea` as Uint8Array,
 * `jsonb` parsed. Failures are PortFailure.
 */
export interface Database {
  query<Row extends object>(statement: Statement): Promise<Row[]>;
  batch<Results extends readonly object[][]>(statements: readonly Statement[]): Promise<Results>;
}

export type DatabaseState = "starting" | "ready" | "down";

/** A supervised database: it may be starting, and it may go down and come back. */
export interface DatabaseService extends Database {
  /** Connects and migrates, and tries again until it works; resolves the first time it does. */
  start(): Promise<void>;
  /** What the latest operation found; runs no statement. */
  state(): DatabaseState;
  /** For /api/health. */
  readonly dependency: Dependency;
  stop(): Promise<void>;
}
