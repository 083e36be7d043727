// Collects the problems that a test file's apps and servers answer with; at the end,
// test/support/forbid-leaks.ts fails the file for those that are not in the contract.
import { parseJson, pipe, safeParse, string } from "valibot";
import { problemBody } from "../../handlers/contract/problem.ts";
import { problemKinds } from "../../handlers/contract/problems.ts";

const strays = new Set<string>();

/**
 * Checks a problem's body and status against the contract; a 401 must say how to sign in (RFC 9110 §15.5.2).
 */
export function watchProblem(path: string, { status, headers }: Response, text: string): void {
  const { success, output } = safeParse(pipe(string(), parseJson(), problemBody), text);
  const isKnown =
    success && status === output.status && status === problemKinds[output.code].status;
  const isChallenged = status !== 401 || headers.has("www-authenticate");
  if (!isKnown || !isChallenged) strays.add(`${path} ${status}: ${text.slice(0, 300)}`);
}

/** The problems of this test file that are not in the contract. */
export function strayProblems(): string[] {
  return [...strays];
}

/** For the next test file of this process. */
export function forgetProblems(): void {
  strays.clear();
}
