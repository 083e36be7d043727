// Every test file's apps and servers tell it what problems they answer with; when the file is through,
// test/support/forbid-leaks.ts fails it for those that the contract does not know.
import { parseJson, pipe, safeParse, string } from "valibot";
import { problemBody } from "../../handlers/contract/problem.ts";
import { problemKinds } from "../../handlers/contract/problems.ts";

const strays = new Set<string>();

/** Holds a problem's body and status against the contract. */
export function watchProblem(path: string, status: number, text: string): void {
  const { success, output } = safeParse(pipe(string(), parseJson(), problemBody), text);
  const isKnown =
    success && status === output.status && status === problemKinds[output.code].status;
  if (!isKnown) strays.add(`${path} ${status}: ${text.slice(0, 300)}`);
}

/** This test file's. */
export function strayProblems(): string[] {
  return [...strays];
}
