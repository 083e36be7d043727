import { PerformanceObserver } from "node:perf_hooks";

export interface Pause {
  /** Milliseconds without a turn of the event loop, also while other processes had the processor. */
  readonly elapsed: number;
  /** Milliseconds of this thread's own work within it, its garbage collection included. */
  readonly worked: number;
}

/** Watches the event loop from now on. `longest` also takes and forgets what it has seen so far. */
export function watchPauses(): { longest(): Pause & { collecting: number }; stop(): void } {
  let longest: Pause = { elapsed: 0, worked: 0 };
  let collecting = 0;
  let at = performance.now();
  let worked = workedSoFar();
  const tick = () => {
    const [now, total] = [performance.now(), workedSoFar()];
    const pause = { elapsed: now - at, worked: total - worked };
    if (pause.worked > longest.worked) longest = pause;
    [at, worked] = [now, total];
  };
  const timer = setInterval(tick, 1);
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collecting = Math.max(collecting, duration);
  });
  observer.observe({ entryTypes: ["gc"] });
  return {
    longest() {
      tick();
      const seen = { ...longest, collecting };
      longest = { elapsed: 0, worked: 0 };
      collecting = 0;
      return seen;
    },
    stop() {
      clearInterval(timer);
      observer.disconnect();
    },
  };
}

function workedSoFar(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
