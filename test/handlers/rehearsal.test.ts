import { expect, test } from "vitest";
import { createExtractiveModel } from "../../adapters/language-models/extractive/model.ts";
import { rehearse } from "../../handlers/rehearsal.ts";

test("the made-up question is answered by quoting, so that all of the way is compiled", async () => {
  expect(await rehearse(createExtractiveModel())).toMatch(/Set `PORT` to the number.* \[1\]/s);
  expect(await rehearse(undefined)).toBe("");
});
