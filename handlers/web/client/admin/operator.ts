import { problemOf, requestWith } from "../lib/request.ts";

/** Sends a request with the operator's key. @throws RequestFailure, or an AbortError */
export type OperatorRequest = (path: string, init?: RequestInit) => Promise<Response>;

/** The operator's key. It is in memory only, so that a reload forgets it. */
export interface OperatorSession {
  readonly request: OperatorRequest;
  /** Takes the key if the server accepts it. @throws RequestFailure */
  enter(key: string): Promise<void>;
  leave(): void;
}

const check = "/api/documents/ingest";

/** @param onRefused called when the server no longer accepts the key */
export function createOperator(onRefused: () => void): OperatorSession {
  let key: string | undefined;
  return {
    async request(path, init) {
      const used = key;
      try {
        return await requestWith(used ?? "", path, init);
      } catch (error) {
        if (problemOf(error).status === 401 && used !== undefined && key === used) {
          key = undefined;
          onRefused();
        }
        throw error;
      }
    },
    async enter(given) {
      await requestWith(given, check);
      key = given;
    },
    leave() {
      key = undefined;
    },
  };
}
