import { afterAll, expect } from "vitest";
import { strayProblems } from "./problem-watch.ts";
import { findLeaks } from "./secret-watch.ts";

// For every test file, last of all: what it kept secret is in none of its log lines and answers, and its
// problems are the contract's.
afterAll(async () => {
  expect(await findLeaks()).toEqual([]);
  expect(strayProblems()).toEqual([]);
});
