import { PortFailure } from "../../../handlers/ports/failure.ts";

/** Why a collection that another system filled cannot be searched, as /api/health names it. */
export type ForeignTrouble =
  | "collection_missing" // there is none of the name in QDRANT_COLLECTION
  | "payload_mismatch" // no point has a text where QDRANT_PAYLOAD says
  | "vectors_mismatch"; // its vectors are not those of the embedder

/** The settings do not fit the collection; retrying does not help. */
export class ForeignMismatch extends PortFailure {
  readonly trouble: ForeignTrouble;

  constructor(trouble: ForeignTrouble, message: string) {
    super("invalid", message, { retryable: false });
    this.trouble = trouble;
  }
}

/** Remembers the trouble that the latest use of a collection met. */
export function createTroubleMemory() {
  let trouble: ForeignTrouble | undefined;
  return {
    current: () => trouble,
    /** Passes on the work's result or error; its success ends any trouble but `unseen`, which it cannot see. */
    async of<Result>(work: Promise<Result>, unseen?: ForeignTrouble): Promise<Result> {
      try {
        const result = await work;
        if (trouble !== unseen) trouble = undefined;
        return result;
      } catch (error) {
        if (error instanceof ForeignMismatch) trouble = error.trouble;
        throw error;
      }
    },
  };
}
