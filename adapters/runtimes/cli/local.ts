import type { IngestTarget } from "./ingest/target.ts";
import type { Terminal } from "./terminal.ts";

/** Docent inside this process, on the data directory in the settings. */
export interface LocalDocent {
  /** The app's own fetch; ready to answer. */
  fetch(request: Request): Response | Promise<Response>;
  readonly ingest: IngestTarget;
  /** Closes the database and releases the data directory. */
  close(): Promise<void>;
}

/**
 * Opens Docent in this process; undefined while a server holds the data directory.
 *
 * @throws PortFailure when it cannot be opened for another reason
 */
export type OpenLocal = (terminal: Terminal) => Promise<LocalDocent | undefined>;
