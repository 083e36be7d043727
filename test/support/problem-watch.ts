// Every test file's apps and servers tell it what problems they answer with; when the file is through,
// test/support/forbid-leaks.ts fails it for those that the contract does not know.
import { parseJson, pipe, safeParse, string } from "valibot";
import { problemBody } from "../../handlers/contract/problem.ts";
import { problemKinds } from "../../handlers/contract/problems.ts";

const strays = new Set<string>();

/** Holds a problem's body and status against the contract; a 401 must say how to sign in (RFC 9110 §15.5.2). */
export function watchProblem(path: string, { status, headers }: Response, text: string): void {
  const { success, output } = safeParse(pipe(string(), parseJson(), problemBody), text);
  const isKnown =
    success && status === output.status && status === problemKinds[output.code].status;
  const isChallenged = status !== 401 || headers.has("www-authenticate");
  if (!isKnown || !isChallenged) strays.add(`${path} ${status}: ${text.slice(0, 300)}`);
}

/** This test file's. */
export function strayProblems(): string[] {
  return [...strays];
}
