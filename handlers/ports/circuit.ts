/** The present state of a circuit breaker. Times are milliseconds since 1970. */
export interface CircuitReport {
  readonly state: "closed" | "open" | "half_open";
  readonly failureCount: number;
  readonly openedAt: number | undefined;
  readonly retryAt: number | undefined;
}
