import { expect, test } from "vitest";
import { isUuid, uuidV7 } from "../../../handlers/lib/ids.ts";

test("ids of one millisecond are in the order in which they were made, and before those of the next", () => {
  const time = Date.parse("2026-11-29T12:00:00Z");
  const ids = [...Array.from({ length: 2048 }, () => uuidV7(time)), uuidV7(time + 1)];
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids)
    expect(isUuid(id) && id[14] === "7" && /[89ab]/.test(id[19] ?? "")).toBe(true);
});
