/** What counting a request against a limit came to. */
export interface Permit {
  readonly allowed: boolean;
  /** How many more would be allowed now. */
  readonly remaining: number;
  /** Until there is one more. */
  readonly reset_seconds: number;
}
