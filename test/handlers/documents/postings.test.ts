import { describe, expect, test } from "vitest";
import { PostingSorter } from "../../../handlers/documents/index/posting-sorter.ts";
import {
  ByteBuffer,
  decodePostings,
  encodePostings,
  impactOf,
  impactWeight,
  posting,
} from "../../../handlers/documents/index/postings.ts";

function roundTrip(...lists: number[][]): number[] {
  const buffer = new ByteBuffer();
  for (const list of lists) encodePostings(list, buffer);
  const bytes = buffer.slice();
  const decoded = new Int32Array(bytes.length);
  return [...decoded.subarray(0, decodePostings(bytes, decoded))];
}

const weight = (count: number, length: number) => impactWeight(posting(1, impactOf(count, length)));

describe("posting lists", () => {
  test("come back as they went in, up to the largest passage number", () => {
    const list = [posting(0, 0), posting(1, 7), posting(300, 3), posting(2 ** 28 - 1, 7)];
    expect(roundTrip(list)).toEqual(list);
  });

  test("may stand behind one another, as those of several segments do", () => {
    const lists = [[posting(5, 1), posting(900, 2)], [posting(3, 4)]];
    expect(roundTrip(...lists)).toEqual(lists.flat());
  });

  test("take two bytes a posting at most where one passage in a thousand has the term", () => {
    const buffer = new ByteBuffer();
    const list = Array.from({ length: 1000 }, (_, index) => posting(index * 1000, 4));
    expect(encodePostings(list, buffer)).toBeLessThanOrEqual(2 * list.length + 2);
  });

  test("a more frequent term has more impact, a longer passage less", () => {
    expect(weight(5, 600)).toBeGreaterThan(weight(1, 600));
    expect(weight(1, 100)).toBeGreaterThan(weight(1, 3000));
    for (const value of [weight(1, 1), weight(1, 1e6), weight(1e6, 1)]) {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(1);
    }
  });

  test("are sorted by feature, negative ones first, then by passage", () => {
    const sorter = new PostingSorter();
    const features = [7, -(2 ** 31), 2 ** 31 - 1, -1, 0];
    for (const passage of [0, 1, 2 ** 18 - 1]) {
      for (const feature of features) sorter.add(feature, posting(passage, 5));
    }
    expect([...sorter.lists()]).toEqual(
      features
        .toSorted((one, other) => one - other)
        .map((feature) => ({
          feature,
          postings: [posting(0, 5), posting(1, 5), posting(2 ** 18 - 1, 5)],
        })),
    );
  });
});
