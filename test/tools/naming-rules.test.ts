import { expect, test } from "vitest";
import { findCrowded, findShadows, findTwins, readGlobals } from "../../.tools/naming-rules.ts";

const modules = [
  {
    path: "a.ts",
    source: "export type Rate = 1;\nexport async function ask() {}\nconst Map = 1;\n",
  },
  {
    path: "b.ts",
    source: "export interface Rate {}\n  export const ask = 1;\nfunction own() {}\n",
  },
  {
    path: "c.ts",
    source: "export class Request {}\nimport { ask } from './a.ts';\nfunction own() {}\n",
  },
];

test("an exported name that two modules declare is found, types included", () => {
  expect(findTwins(modules)).toEqual(["Rate: a.ts, b.ts"]);
});

test("a top-level name that hides a global is found, exported or not", () => {
  const globals = readGlobals(["interface Map<K, V> {}\n", "declare var Request: {};\n"]);
  expect(findShadows(modules, globals)).toEqual(["Map: a.ts", "Request: c.ts"]);
});

const files = (count: number) => Array.from({ length: count }, (_, index) => `x/y/${index}.ts`);

test("a folder of more than twenty files is found", () => {
  expect(findCrowded(files(20))).toEqual([]);
  expect(findCrowded([...files(21), "x/z.ts"])).toEqual(["x/y: 21 files"]);
});
