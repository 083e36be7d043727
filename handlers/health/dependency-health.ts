import { resolvesWithin } from "../lib/time.ts";
import type { Clock } from "../ports/clock.ts";
import type { Dependency } from "../ports/dependency.ts";

/** `unknown`: there was no operation yet, and the dependency has no probe. */
export type Standing = "healthy" | "unhealthy" | "unknown";

/** A dependency that takes longer than this over a probe is not healthy. */
const probeMilliseconds = 2000;
/** A probe's result is reused for this many milliseconds. */
const cachedMilliseconds = 5000;

interface Probe {
  readonly startedAt: number;
  readonly done: Promise<unknown>;
}

/**
 * Reports a dependency's state: from its latest real operation while that is fresh, otherwise by a
 * cheap probe, at most one every 5 s. An idle database is not probed, and so not woken, for as long as
 * its dependency counts the latest success as fresh.
 */
export function createStandings(clock: Clock): (dependency: Dependency) => Promise<Standing> {
  const probes = new Map<string, Probe>();

  return async (dependency) => {
    const { circuit, name, freshMilliseconds } = dependency;
    if (circuit.report().state === "open") return "unhealthy";
    const before = circuit.latest();
    if (before?.isSuccess === true && clock.monotonic() - before.at < freshMilliseconds)
      return "healthy";

    let probe = probes.get(name);
    if (dependency.probe && (!probe || clock.monotonic() - probe.startedAt >= cachedMilliseconds)) {
      probe = { startedAt: clock.monotonic(), done: start(dependency.probe.bind(dependency)) };
      probes.set(name, probe);
    }
    if (
      probe &&
      !(await resolvesWithin(probe.done, probe.startedAt + probeMilliseconds - clock.monotonic()))
    )
      return "unhealthy";
    const latest = circuit.latest();
    if (latest === undefined) return probe ? "unhealthy" : "unknown";
    return latest.isSuccess ? "healthy" : "unhealthy";
  };
}

/** Runs a probe; its result is in the circuit. The deadline aborts probes that can be aborted. */
function start(probe: (signal: AbortSignal) => Promise<void>): Promise<unknown> {
  return probe(AbortSignal.timeout(probeMilliseconds)).catch(() => undefined);
}
