import { Problem, problemReply } from "./problem.ts";
import { toResponse } from "./reply.ts";

/** Why a runtime's server cannot read a request. */
export type BrokenRequest = "headers-too-large" | "too-slow" | "malformed";

/** The answer to a request that a runtime's server could not read, so that there is no Request to hand to the app. */
export function answerBrokenRequest(reason: BrokenRequest): Response {
  const requestId = crypto.randomUUID();
  return toResponse(problemReply(problemOf(reason), requestId), "GET", { requestId, cors: {} });
}

function problemOf(reason: BrokenRequest): Problem {
  switch (reason) {
    case "headers-too-large":
      return new Problem(
        431,
        "headers_too_large",
        "The request's address and headers have more than 16 KB.",
      );
    case "too-slow":
      return new Problem(408, "request_too_slow", "The request did not arrive in time.");
    case "malformed":
      return new Problem(400, "malformed_request", "This is no HTTP request that can be read.");
  }
}
