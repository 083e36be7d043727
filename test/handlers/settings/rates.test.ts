import { expect, test } from "vitest";
import { parseSettings } from "../../../handlers/settings/index.ts";

test("a rate limit that allows too many requests, or none, is told how many it may allow", () => {
  for (const value of ["1000000/60s", "0/60s"]) {
    const [problem] = parseSettings({ CHAT_RATE_LIMIT: value }).problems;
    expect(problem?.message).toContain("from 1 to 999999");
  }
  expect(parseSettings({ CHAT_RATE_LIMIT: "999999/60s" }).problems).toEqual([]);
});
