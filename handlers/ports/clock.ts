/** The current time; tests set it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z, for times that are shown or stored. It may be set back. */
  now(): number;
  /** Milliseconds since an arbitrary moment, for durations. It never goes back. */
  monotonic(): number;
}
