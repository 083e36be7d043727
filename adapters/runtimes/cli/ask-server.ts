import { serviceTroubles, type HealthReport } from "../../../handlers/contract/health.ts";

/** The result of trying one service. */
export interface ServiceCheck {
  readonly name: string;
  readonly isFine: boolean;
  /** Its description, or why it cannot be used. */
  readonly found: string;
  readonly milliseconds: number;
}

const answersWithin = 1000;

/** Whether a Docent answers at `url` within a second. Never throws. */
export async function isServerAt(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, {
      headers: { accept: "application/json" },
      signal: AbortSignal.any([signal, AbortSignal.timeout(answersWithin)]),
    });
    const { service } = (await response.json()) as { service?: unknown };
    return service === "docent";
  } catch {
    return false;
  }
}

/** Every service as the server at `url` reports it. @throws Error where no Docent answers there; what `signal` aborts with */
export async function askServer(url: string, signal: AbortSignal): Promise<ServiceCheck[]> {
  const startedAt = performance.now();
  // 503, too, has the report: of a server that is starting, or without its database.
  const response = await fetch(`${url}/api/health`, { signal });
  const { services } = (await response.json()) as Partial<HealthReport>;
  if (!services) throw new Error(`The server at ${url} is not Docent.`);
  const milliseconds = Math.round(performance.now() - startedAt);
  return Object.entries(services).map(([name, state]) => ({
    name,
    isFine: name === "database" ? state === "healthy" : !serviceTroubles.has(state),
    found: `${state}, says the server at ${url}`,
    milliseconds,
  }));
}
