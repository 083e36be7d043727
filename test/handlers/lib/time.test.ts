import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pause, resolvesWithin, within } from "../../../handlers/lib/time.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const late = () => new Error("too late");
const never = new Promise<never>(() => undefined);

test("a deadline throws its error when it has passed, and not before", async () => {
  const onLate = vi.fn(late);
  const waiting = within(never, 1000, onLate).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(999);
  expect(onLate).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(await waiting).toMatchObject({ message: "too late" });
});

test("what settles in time is handed on, and leaves no timer", async () => {
  expect(await within(Promise.resolve("done"), 1000, late)).toBe("done");
  await expect(within(Promise.reject(new Error("own")), 1000, late)).rejects.toThrow("own");
  expect(vi.getTimerCount()).toBe(0);
});

test("resolvesWithin tells in time from late, and passes failures on", async () => {
  expect(await resolvesWithin(Promise.resolve(), 10)).toBe(true);
  const waiting = resolvesWithin(never, 10);
  await vi.advanceTimersByTimeAsync(10);
  expect(await waiting).toBe(false);
  await expect(resolvesWithin(Promise.reject(new Error("own")), 10)).rejects.toThrow("own");
});

test("a pause ends by time, or by its signal, and at once where that has aborted", async () => {
  const ending = new AbortController();
  const ended = vi.fn();
  void pause(1000).then(() => ended("time"));
  void pause(5000, ending.signal).then(() => ended("signal"));
  await vi.advanceTimersByTimeAsync(1000);
  expect(ended.mock.calls).toEqual([["time"]]);
  ending.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toHaveBeenLastCalledWith("signal");
  await pause(5000, ending.signal);
  expect(vi.getTimerCount()).toBe(0);
});
