import { within } from "../lib/time.ts";
import type { CircuitState } from "../contract/health.ts";
import type { Clock } from "../ports/clock.ts";
import type { MetricFamily } from "./exposition.ts";

export interface LibraryCounts {
  readonly documents: number;
  readonly passages: number;
}

export interface GaugeOptions {
  readonly circuits: () => Readonly<Record<string, CircuitState>>;
  /** @throws PortFailure */
  readonly countDocuments: () => Promise<LibraryCounts>;
  readonly version: string;
  readonly clock: Clock;
}

const circuitValues: Readonly<Record<CircuitState["state"], number>> = {
  closed: 0,
  half_open: 1,
  open: 2,
};

/** Milliseconds between two counts of the documents. */
const recountMilliseconds = 30_000;
/** Milliseconds that a scrape waits for the database; then it shows the last counts. */
const countPatience = 2000;

/** What is read at the moment of asking. */
export function createGauges({ circuits, countDocuments, version, clock }: GaugeOptions) {
  const startedAt = clock.now() / 1000;
  let counts: LibraryCounts | undefined;
  let countedAt = -Infinity;
  let isUsed = true;

  /** Counts again only where the database was used meanwhile, so that scrapes let an idle one sleep. */
  async function recount(): Promise<void> {
    const now = clock.monotonic();
    if (!isUsed || now - countedAt < recountMilliseconds) return;
    countedAt = now;
    isUsed = false;
    try {
      counts = await within(countDocuments(), countPatience, () => new Error("late"));
    } catch {
      // The next scrape tries again; until then the last counts stand.
      countedAt = -Infinity;
      isUsed = true;
    }
  }

  return {
    /** Notes a use of the database. */
    noteUse: () => void (isUsed = true),
    /** Never rejects. */
    async read(): Promise<MetricFamily[]> {
      await recount();
      return [
        {
          name: "docent_circuit_state",
          type: "gauge",
          help: "Whether a service is left alone because it kept failing: 0 closed, 1 half open, 2 open.",
          series: Object.entries(circuits()).map(([service, { state }]) => ({
            labels: { service },
            value: circuitValues[state],
          })),
        },
        gauge("docent_documents", "Documents.", counts?.documents),
        gauge("docent_passages", "Passages that searches see.", counts?.passages),
        {
          name: "docent_build_info",
          type: "gauge",
          help: "The version that runs.",
          series: [{ labels: { version }, value: 1 }],
        },
        gauge("process_start_time_seconds", "Start, in seconds since 1970.", startedAt),
      ];
    },
  };
}

function gauge(name: string, help: string, value: number | undefined): MetricFamily {
  return { name, help, type: "gauge", series: value === undefined ? [] : [{ labels: {}, value }] };
}
