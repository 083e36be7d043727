import { serviceTroubles, type CircuitState, type HealthReport } from "../contract/health.ts";
import type { Clock } from "../ports/clock.ts";
import type { DatabaseService } from "../ports/database.ts";
import type { Dependency } from "../ports/dependency.ts";
import type { SettingsProblem } from "../settings/index.ts";
import { createStandings, type Standing } from "./dependency-health.ts";

type Service = Dependency["service"];

export interface HealthOptions {
  readonly database: DatabaseService;
  /** Beside the database. */
  readonly dependencies: readonly Dependency[];
  /** What a service is called that has no dependency, for example `extractive`. */
  readonly inPlace: Readonly<Partial<Record<Service, () => string | undefined>>>;
  readonly documents: () => HealthReport["documents"];
  readonly passages: () => HealthReport["passages"];
  readonly storage: () => HealthReport["storage"];
  readonly problems: readonly SettingsProblem[];
  readonly version: string;
  readonly clock: Clock;
}

/** Writes the health reports. They hold names and states only: nothing that helps an attacker. */
export function createHealth(options: HealthOptions) {
  const { database, problems, version, clock } = options;
  const dependencies = [database.dependency, ...options.dependencies];
  const standingOf = createStandings(clock);
  const startedAt = clock.monotonic();

  const describe = async (own: readonly Dependency[]): Promise<string> => {
    const standings = await Promise.all(own.map(standingOf));
    return (
      own.map((each) => each.statusOverride?.()).find((status) => status !== undefined) ??
      combine(standings)
    );
  };
  const readDatabase = async (): Promise<string> => {
    // A full disk refuses writes before any circuit opens.
    if (options.storage().state === "full") return "unhealthy";
    if (database.state() === "starting") return "starting";
    return describe([database.dependency]);
  };
  const readService = async (service: Service): Promise<string> => {
    if (service === "database") return readDatabase();
    const own = dependencies.filter((each) => each.service === service);
    if (own.length === 0) return options.inPlace[service]?.() ?? "not_configured";
    return describe(own);
  };

  return {
    readDatabase,
    async read(): Promise<HealthReport> {
      const [rows, vectorStore, languageModel, embedder] = await Promise.all([
        readService("database"),
        readService("vector_store"),
        readService("language_model"),
        readService("embedder"),
      ]);
      const storage = options.storage();
      const services = [vectorStore, languageModel, embedder];
      const isWhole = problems.length === 0 && storage.state === "ok";
      return {
        status: overall(rows, services, isWhole),
        services: {
          database: rows,
          vector_store: vectorStore,
          language_model: languageModel,
          embedder,
        },
        documents: options.documents(),
        passages: options.passages(),
        storage,
        settings: {
          missing: namesOf(problems.filter(({ code }) => code === "missing")),
          invalid: namesOf(problems.filter(({ code }) => code !== "missing")),
        },
        version,
        uptime_seconds: Math.floor((clock.monotonic() - startedAt) / 1000),
        timestamp: new Date(clock.now()).toISOString(),
      };
    },
    /** Every circuit as it is now; asks nothing. */
    circuits(): Record<string, CircuitState> {
      return Object.fromEntries(
        dependencies.map(({ name, circuit }) => {
          const { state, failureCount, openedAt, retryAt } = circuit.report();
          return [
            name,
            {
              state,
              failure_count: failureCount,
              opened_at: toIso(openedAt),
              retry_at: toIso(retryAt),
            },
          ];
        }),
      );
    },
  };
}

export type Health = ReturnType<typeof createHealth>;

/** One healthy model is enough to serve; when another one is out, the service counts as degraded. */
function combine(standings: readonly Standing[]): string {
  const out = standings.filter((standing) => standing === "unhealthy").length;
  if (out === 0) return standings.includes("healthy") ? "healthy" : "unknown";
  return out === standings.length ? "unhealthy" : "degraded";
}

function overall(
  database: string,
  others: readonly string[],
  isWhole: boolean,
): HealthReport["status"] {
  if (database === "starting") return "starting";
  if (database !== "healthy") return "unhealthy";
  return isWhole && others.every((word) => !serviceTroubles.has(word)) ? "healthy" : "degraded";
}

function namesOf(problems: readonly SettingsProblem[]): string[] {
  return [...new Set(problems.map(({ name }) => name))];
}

function toIso(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
