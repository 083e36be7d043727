import { resolvesWithin } from "../lib/time.ts";
import type { Clock } from "../ports/clock.ts";
import type { Dependency } from "../ports/dependency.ts";

/** `unknown`: it has done nothing yet, and cannot be asked. */
export type Standing = "healthy" | "unhealthy" | "unknown";

/** A dependency that takes longer than this over a probe is not healthy. */
const probeMilliseconds = 2000;
/** What a probe found is not asked again for so long. */
const cachedMilliseconds = 5000;

interface Probe {
  readonly startedAt: number;
  readonly done: Promise<unknown>;
}

/**
 * Tells how a dependency does: from its latest real operation while that is fresh, otherwise by asking
 * it something cheap, at most every 5 s however many ask us. A database that has been idle is left
 * asleep for as long as its dependency says a success speaks for it.
 */
export function createStandings(clock: Clock): (dependency: Dependency) => Promise<Standing> {
  const probes = new Map<string, Probe>();

  return async (dependency) => {
    const { circuit, name, freshMilliseconds } = dependency;
    if (circuit.report().state === "open") return "unhealthy";
    const before = circuit.latest();
    if (before?.isSuccess === true && clock.now() - before.at < freshMilliseconds) return "healthy";

    let probe = probes.get(name);
    if (dependency.probe && (!probe || clock.now() - probe.startedAt >= cachedMilliseconds)) {
      probe = { startedAt: clock.now(), done: start(dependency.probe.bind(dependency)) };
      probes.set(name, probe);
    }
    if (
      probe &&
      !(await resolvesWithin(probe.done, probe.startedAt + probeMilliseconds - clock.now()))
    )
      return "unhealthy";
    const latest = circuit.latest();
    if (latest === undefined) return probe ? "unhealthy" : "unknown";
    return latest.isSuccess ? "healthy" : "unhealthy";
  };
}

/** What came of it is in the circuit; the deadline ends it for those that can be ended. */
function start(probe: (signal: AbortSignal) => Promise<void>): Promise<unknown> {
  return probe(AbortSignal.timeout(probeMilliseconds)).catch(() => undefined);
}
