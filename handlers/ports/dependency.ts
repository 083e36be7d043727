import type { CircuitReport } from "./circuit.ts";

/** How the latest operation on a dependency ended. */
export interface Outcome {
  readonly isSuccess: boolean;
  /** By the monotonic clock, in milliseconds. */
  readonly at: number;
}

/** A service outside Docent that /api/health reports on and `docent check --connect` tries. */
export interface Dependency {
  /** The entry of /api/health it belongs to. */
  readonly service: "database" | "vector_store" | "language_model" | "embedder";
  /** Its key in /health/circuits, for example `language_model:gemini`. */
  readonly name: string;
  readonly circuit: {
    report(): CircuitReport;
    latest(): Outcome | undefined;
  };
  /** For this many milliseconds after a success, health does not probe it. */
  readonly freshMilliseconds: number;
  /** A status for /api/health other than `healthy` and `unhealthy`, such as `lexical_only`. */
  statusOverride?(): string | undefined;
  /** Sends a cheap request through its circuit. @throws PortFailure */
  probe?(signal: AbortSignal): Promise<void>;
  /** Facts of a few words each, such as engine and version or a collection's shape. @throws PortFailure */
  describe?(signal: AbortSignal): Promise<readonly string[]>;
}
