import { expect, test } from "vitest";
import { createBoundedCache } from "../../../handlers/lib/cache.ts";

test("a new key makes the oldest go, an old one nothing", () => {
  const cache = createBoundedCache<string, number>(2);
  cache.set("a", 1);
  cache.set("b", 2);
  cache.set("a", 3);
  expect([cache.get("a"), cache.get("b")]).toEqual([3, 2]);
  cache.set("c", 4);
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([undefined, 2, 4]);
  cache.delete("b");
  cache.set("d", 5);
  expect([cache.get("b"), cache.get("c"), cache.get("d")]).toEqual([undefined, 4, 5]);
});
