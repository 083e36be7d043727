import type { CircuitReport } from "./circuit.ts";

/** How the latest operation that said anything about a dependency ended. */
export interface Outcome {
  readonly isSuccess: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Something outside that health reports on and `docent check --connect` tries. */
export interface Dependency {
  /** What it is part of in /api/health. */
  readonly service: "database" | "vector_store" | "language_model" | "embedder";
  /** Its key in /health/circuits, for example `language_model:gemini`. */
  readonly name: string;
  readonly circuit: {
    report(): CircuitReport;
    latest(): Outcome | undefined;
  };
  /** For so many milliseconds a success speaks for it; only then is it asked. */
  readonly freshMilliseconds: number;
  /** A word of its own for /api/health, where healthy and unhealthy do not say it: `lexical_only`. */
  statusOverride?(): string | undefined;
  /** Asks it something cheap through its circuit. Throws PortFailure. */
  probe?(signal: AbortSignal): Promise<void>;
  /** What there is to know of it, in a few words each: engine and version, a collection's shape. Throws PortFailure. */
  describe?(signal: AbortSignal): Promise<readonly string[]>;
}
