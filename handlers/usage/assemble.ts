import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import { createGauges, type GaugeOptions } from "./gauges.ts";
import type { Meters } from "./meters.ts";
import { metricsRoutes, usageRoutes } from "./routes.ts";
import { createUsageStore, type Budgets } from "./store.ts";

/** Wires the counts of requests, answers and tokens. */
export function createUsage(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  budgets: Budgets,
  meters: Meters,
) {
  const store = createUsageStore(database, budgets);
  return {
    /** SQL that counts as a part of other statements. */
    statements: store,
    sweeps: { usage: () => store.sweep() },
    /** The routes, which also show what other features know, and a function that notes a use of the database. */
    routes(sources: Omit<GaugeOptions, "clock">) {
      const gauges = createGauges({ ...sources, clock });
      const readMetrics = async () => [...meters.read(), ...(await gauges.read())];
      return {
        metrics: metricsRoutes({ readMetrics }),
        usage: usageRoutes(store),
        noteUse: gauges.noteUse,
      };
    },
  };
}
