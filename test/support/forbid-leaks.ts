import { afterAll, expect } from "vitest";
import { strayProblems } from "./problem-watch.ts";
import { findLeaks } from "./secret-watch.ts";

// After each test file: fails when one of its secrets appeared in its log lines or answers, or a problem that
// is not in the contract.
afterAll(async () => {
  expect(await findLeaks()).toEqual([]);
  expect(strayProblems()).toEqual([]);
});
