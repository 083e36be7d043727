import { expect, test } from "vitest";
import {
  formatMarker,
  readMarkers,
  replaceMarkers,
  unfinishedMarker,
  withoutMarkers,
} from "../../../handlers/contract/citation-marker.ts";

test("a marker is read as it is written", () => {
  for (const number of [1, 12, 999]) {
    const text = `before ${formatMarker(number)} after`;
    const [marker] = readMarkers(text);
    expect(marker?.number).toBe(number);
    expect(text.slice(marker?.start, marker?.end)).toBe(formatMarker(number));
    expect(replaceMarkers(text, (found) => `(${found})`)).toBe(`before (${number}) after`);
    expect(withoutMarkers(text)).toBe("before after");
  }
});

test("every beginning of a marker may still become one, the whole does not", () => {
  const whole = formatMarker(123);
  for (let length = 1; length < whole.length; length += 1) {
    expect(unfinishedMarker.test(`Said ${whole.slice(0, length)}`)).toBe(true);
  }
  expect(unfinishedMarker.test(`Said ${whole}`)).toBe(false);
  expect(unfinishedMarker.test("Said")).toBe(false);
});

test("reading markers twice finds them twice", () => {
  const text = `${formatMarker(1)}${formatMarker(2)}`;
  expect(readMarkers(text)).toEqual(readMarkers(text));
  expect(readMarkers(text)).toHaveLength(2);
});
