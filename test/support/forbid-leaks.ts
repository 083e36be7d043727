import { afterAll, expect } from "vitest";
import { forgetProblems, strayProblems } from "./problem-watch.ts";
import { findLeaks, forgetServers, secretWatch } from "./secret-watch.ts";

// After each test file: fails when one of its secrets appeared in its log lines or answers, or a problem that
// is not in the contract.
afterAll(async () => {
  const found = { leaks: await findLeaks(), strays: strayProblems() };
  // The next file runs in the same process.
  secretWatch.forget();
  forgetServers();
  forgetProblems();
  expect(found).toEqual({ leaks: [], strays: [] });
});
