import { beforeEach, describe, expect, test } from "vitest";
import { createCircuit, type Circuit } from "../../adapters/circuit.ts";
import { PortFailure, type FailureCode } from "../../handlers/ports/failure.ts";
import { clockAt } from "../support/apps/test-clock.ts";

let now: number;
let circuit: Circuit;
beforeEach(() => {
  now = 1_000_000;
  const clock = clockAt(() => now);
  circuit = createCircuit({ name: "database", failures: 3, openMilliseconds: 30_000, clock });
});

const failing = (code: FailureCode) => () =>
  Promise.reject(new PortFailure(code, "no", { retryable: true }));
const aborting = () => Promise.reject(new DOMException("stop", "AbortError"));
const attempt = (code: FailureCode | "success") =>
  circuit.run(code === "success" ? () => Promise.resolve() : failing(code)).catch(() => undefined);
const fail = async (times: number) => {
  for (let count = 0; count < times; count += 1) await attempt("unavailable");
};
const state = () => circuit.report().state;

test("a fresh circuit is closed and has counted nothing", () => {
  expect(circuit.report()).toEqual({
    state: "closed",
    failureCount: 0,
    openedAt: undefined,
    retryAt: undefined,
  });
});

test("it opens after so many failures in a row, and tells since when and until when", async () => {
  await fail(2);
  expect(circuit.report()).toMatchObject({ state: "closed", failureCount: 2 });
  await fail(1);
  expect(circuit.report()).toEqual({
    state: "open",
    failureCount: 3,
    openedAt: now,
    retryAt: now + 30_000,
  });
});

test("a clock that is set back an hour neither freezes an open circuit nor makes its times wrong", async () => {
  const wall = { now: Date.now() };
  const clock = { now: () => wall.now, monotonic: () => now };
  circuit = createCircuit({ name: "database", failures: 3, openMilliseconds: 30_000, clock });
  await fail(3);
  wall.now -= 3_600_000;
  expect(circuit.report()).toMatchObject({ openedAt: wall.now, retryAt: wall.now + 30_000 });
  now += 30_000;
  wall.now += 30_000;
  expect(state()).toBe("half_open");
  await attempt("success");
  expect(state()).toBe("closed");
});

test("a success in between begins the count anew", async () => {
  await fail(2);
  await attempt("success");
  await fail(2);
  expect(circuit.report()).toMatchObject({ state: "closed", failureCount: 2 });
});

test("the latest outcome is told, an abort's and a refusal's left out", async () => {
  expect(circuit.latest()).toBeUndefined();
  await attempt("success");
  expect(circuit.latest()).toEqual({ isSuccess: true, at: now });
  const failedAt = (now += 1000);
  await fail(3);
  now += 1000;
  await attempt("success");
  await attempt("aborted");
  expect(circuit.latest()).toEqual({ isSuccess: false, at: failedAt });
});

test("while open nothing is tried, and the failure says when to come back", async () => {
  await fail(3);
  now += 10_000;
  let tried = 0;
  const operation = () => Promise.resolve((tried += 1));
  await expect(circuit.run(operation)).rejects.toMatchObject({
    code: "unavailable",
    retryable: true,
    retryAfter: 20_000,
  });
  expect(tried).toBe(0);
  expect(circuit.report()).toMatchObject({ failureCount: 3 });
});

test.each(["invalid", "conflict", "not_found"] as const)(
  "%s is the caller's mistake: never counted, and proof of life",
  async (code) => {
    for (let count = 0; count < 10; count += 1) await attempt(code);
    expect(circuit.report()).toMatchObject({ state: "closed", failureCount: 0 });
    await fail(3);
    now += 30_000;
    await attempt(code);
    expect(state()).toBe("closed");
  },
);

test("an abort is never counted, however it is thrown", async () => {
  await fail(2);
  for (let count = 0; count < 5; count += 1) {
    await attempt("aborted");
    await circuit.run(aborting).catch(() => undefined);
  }
  expect(circuit.report()).toMatchObject({ state: "closed", failureCount: 2 });
});

test("an exception of nobody's making counts", async () => {
  for (let count = 0; count < 3; count += 1) {
    await circuit.run(() => Promise.reject(new TypeError("bug"))).catch(() => undefined);
  }
  expect(state()).toBe("open");
});

describe("when its time is over", () => {
  beforeEach(async () => {
    await fail(3);
    now += 30_000;
  });

  test("it is half open, at the moment of asking and without anybody trying", () => {
    expect(circuit.report()).toMatchObject({ state: "half_open", failureCount: 3 });
  });

  test("exactly one caller tries while the others fail at once", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    let tried = 0;
    const operation = () => {
      tried += 1;
      return promise;
    };
    const first = circuit.run(operation);
    const others = await Promise.allSettled([circuit.run(operation), circuit.run(operation)]);
    for (const other of others)
      expect(other).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
    expect(tried).toBe(1);
    expect(state()).toBe("half_open");
    resolve("back");
    expect(await first).toBe("back");
    expect(circuit.report()).toMatchObject({ state: "closed", failureCount: 0 });
    expect(await circuit.run(operation)).toBe("back");
  });

  test("one failed try opens it again for the whole time", async () => {
    now += 5000;
    await fail(1);
    expect(circuit.report()).toEqual({
      state: "open",
      failureCount: 4,
      openedAt: now,
      retryAt: now + 30_000,
    });
  });

  test("a try that is given up decides nothing: the next caller tries", async () => {
    await attempt("aborted");
    expect(state()).toBe("half_open");
    circuit.enter().abandon();
    expect(state()).toBe("half_open");
    await attempt("success");
    expect(state()).toBe("closed");
  });

  test("a try that is forgotten does not keep it open for ever", async () => {
    const forgotten = circuit.enter();
    expect(() => circuit.enter()).toThrow(PortFailure);
    now += 30_000;
    await attempt("success");
    expect(state()).toBe("closed");
    forgotten.fail(new Error("much later"));
    expect(circuit.report()).toMatchObject({ state: "closed", failureCount: 0 });
  });
});

test("an operation counts once, by the first that is told of it", () => {
  const ticket = circuit.enter();
  ticket.succeed();
  for (let count = 0; count < 5; count += 1) ticket.fail(new Error("its stream broke off later"));
  expect(circuit.report()).toMatchObject({ state: "closed", failureCount: 0 });
});

test("what began before the circuit opened says nothing about later", async () => {
  const early = [circuit.enter(), circuit.enter()];
  await fail(3);
  const { openedAt } = circuit.report();
  now += 1000;
  early[0]?.fail(new Error("timeout"));
  early[1]?.succeed();
  expect(circuit.report()).toMatchObject({ state: "open", failureCount: 3, openedAt });
});
