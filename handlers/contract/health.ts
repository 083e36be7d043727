import * as v from "valibot";
import type { Sent } from "./sent.ts";

export const alive = v.object({ status: v.literal("healthy") });

export const readiness = v.object({ ready: v.boolean(), database: v.string() });

export const report = v.object({
  status: v.picklist(["healthy", "degraded", "unhealthy", "starting"]),
  services: v.record(v.string(), v.string()),
  documents: v.object({
    state: v.picklist(["starting", "reading", "ready", "failed"]),
    done: v.number(),
    total: v.number(),
    failed: v.pipe(
      v.number(),
      v.description("Documents that could not be read; the log names them."),
    ),
  }),
  passages: v.pipe(
    v.nullable(v.object({ embedded: v.number(), total: v.number() })),
    v.description(
      "Passages that are found by meaning, of all; null without an embedder or documents",
    ),
  ),
  storage: v.object({
    kind: v.picklist(["kept", "until_restart", "backed_up"]),
    state: v.picklist(["ok", "low", "full", "behind"]),
    durable_until: v.pipe(
      v.nullable(v.string()),
      v.description(
        "What was acknowledged before survives the loss of the disk; null: nothing does, or nothing yet",
      ),
    ),
    pending_seconds: v.pipe(
      v.number(),
      v.description("The age of the oldest change that may not be in the backup yet"),
    ),
    last_error: v.pipe(
      v.nullable(v.string()),
      v.description("Why the backup's store failed the last time it was used; null: it did not"),
    ),
    restoring: v.pipe(
      v.nullable(v.object({ done: v.number(), total: v.number() })),
      v.description("Rows, while a snapshot is being restored at the start"),
    ),
  }),
  settings: v.object({ missing: v.array(v.string()), invalid: v.array(v.string()) }),
  version: v.string(),
  uptime_seconds: v.number(),
  timestamp: v.string(),
});

/** What a service other than the database may be while the whole is no longer healthy. */
export const serviceTroubles: ReadonlySet<string> = new Set([
  "unhealthy",
  "degraded",
  // Of a collection that another system filled.
  "collection_missing",
  "payload_mismatch",
  "vectors_mismatch",
  // Of the embedder in the box.
  "model_missing",
  "model_incomplete",
  "model_damaged",
  "too_little_memory",
  "runtime_missing",
]);

/** Times are ISO 8601; null while the circuit is closed. */
const circuitState = v.object({
  state: v.picklist(["closed", "open", "half_open"]),
  failure_count: v.number(),
  opened_at: v.nullable(v.string()),
  retry_at: v.nullable(v.string()),
});

export const circuits = v.record(v.string(), circuitState);

export type HealthReport = Sent<typeof report>;
export type CircuitState = Sent<typeof circuitState>;
