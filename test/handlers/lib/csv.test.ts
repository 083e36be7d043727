import { expect, test } from "vitest";
import { csvRecord } from "../../../handlers/lib/csv.ts";

test.each([
  [["a", 1, null, ""], "a,1,,"],
  [
    ["a,b", 'say "x"', "two\nlines", "two\r\nlines"],
    '"a,b","say ""x""","two\nlines","two\r\nlines"',
  ],
  [["=1", "+1", "-1", "@x", "\tx", "\rx"], `'=1,'+1,'-1,'@x,'\tx,"'\rx"`],
  [['="a"'], `"'=""a"""`],
  [["a=1", "1-1", "ü 漢 🙂", " =1"], "a=1,1-1,ü 漢 🙂, =1"],
  [[-1], "-1"],
])("%j is %j", (cells, record) => {
  expect(csvRecord(cells)).toBe(`${record}\r\n`);
});
