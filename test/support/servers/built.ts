import { resolve } from "node:path";

/** The path of a file of the build under test: the tests' own, and dist/ for the benches. */
export function built(file: string): string {
  return resolve(process.env["DOCENT_BUILD"] ?? "dist", file);
}
