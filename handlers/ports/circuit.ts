/** What a circuit looks like at the moment of asking. Times are milliseconds since 1970. */
export interface CircuitReport {
  readonly state: "closed" | "open" | "half_open";
  readonly failureCount: number;
  readonly openedAt: number | undefined;
  readonly retryAt: number | undefined;
}
