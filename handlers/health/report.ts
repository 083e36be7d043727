import type { DatabaseState } from "../ports/database.ts";
import type { SettingsProblem } from "../settings.ts";

export interface HealthReport {
  readonly status: "healthy" | "degraded" | "unhealthy" | "starting";
  readonly services: Readonly<
    Record<"database" | "vector_store" | "language_model" | "embedder", string>
  >;
  readonly settings: { readonly missing: readonly string[]; readonly invalid: readonly string[] };
  readonly version: string;
  readonly uptime_seconds: number;
  readonly timestamp: string;
}

export interface HealthFacts {
  readonly database: DatabaseState;
  readonly languageModel: string;
  readonly problems: readonly SettingsProblem[];
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly now: number;
}

/** What an operator needs to know, and nothing an attacker could use: names and states only. */
export function reportHealth(facts: HealthFacts): HealthReport {
  return {
    status: overall(facts),
    services: {
      database: { ready: "healthy", starting: "starting", down: "unhealthy" }[facts.database],
      vector_store: "not_configured",
      language_model: facts.languageModel,
      embedder: "not_configured",
    },
    settings: {
      missing: namesOf(facts.problems.filter(({ code }) => code === "missing")),
      invalid: namesOf(facts.problems.filter(({ code }) => code !== "missing")),
    },
    version: facts.version,
    uptime_seconds: Math.floor((facts.now - facts.startedAt) / 1000),
    timestamp: new Date(facts.now).toISOString(),
  };
}

function overall({ database, problems }: HealthFacts): HealthReport["status"] {
  if (database === "down") return "unhealthy";
  if (database === "starting") return "starting";
  return problems.length > 0 ? "degraded" : "healthy";
}

function namesOf(problems: readonly SettingsProblem[]): string[] {
  return [...new Set(problems.map(({ name }) => name))];
}
