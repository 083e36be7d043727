import type { HealthReport } from "../contract/health.ts";
import type { StorageWatch } from "../ports/storage.ts";

/** Where the data is and how far it is safe. @param kind without a backup */
export function describeStorage(
  kind: "kept" | "until_restart",
  watch: StorageWatch | undefined,
): HealthReport["storage"] {
  const state = watch?.state() ?? "ok";
  const backup = watch?.backup?.();
  return {
    kind: backup ? "backed_up" : kind,
    state: state === "ok" && backup?.isBehind === true ? "behind" : state,
    durable_until: backup?.durableUntil?.toISOString() ?? null,
    pending_seconds: backup?.pendingSeconds ?? 0,
    last_error: backup?.lastError ?? null,
    restoring: backup?.restoring ?? null,
  };
}
