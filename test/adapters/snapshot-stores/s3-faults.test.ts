import { describe, expect, onTestFinished, test } from "vitest";
import {
  chooseSnapshotStore,
  type SnapshotTransport,
} from "../../../adapters/snapshot-stores/choose.ts";
import type { PortFailure } from "../../../handlers/ports/failure.ts";
import type { SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import type { Fault } from "../../support/stand-ins/snapshots/faulty-server.ts";
import {
  startS3StandIn,
  type S3StandIn,
  type S3StandInOptions,
} from "../../support/stand-ins/snapshots/s3-stand-in.ts";

const absent = { kind: "absent" } as const;
const content = new TextEncoder().encode("content of the object");

async function start(options: S3StandInOptions = {}): Promise<S3StandIn> {
  const server = await startS3StandIn(options);
  onTestFinished(server.stop);
  return server;
}

function storeOn(
  { endpoint, bucket, keys }: S3StandIn,
  wrong: Readonly<Record<string, string>> = {},
  transport: SnapshotTransport = {},
): SnapshotStore {
  return chooseSnapshotStore(
    { kind: "s3", endpoint, bucket, prefix: "docent", ...keys, ...wrong },
    transport,
  );
}

/** Everything a store does, by name. */
const calls: Readonly<Record<string, (store: SnapshotStore) => Promise<unknown>>> = {
  check: (store) => store.check(),
  put: (store) => store.put("log/1", content, absent),
  get: (store) => store.get("log/1"),
  list: (store) => store.list("log/"),
  delete: (store) => store.delete(["log/1"]),
};

/** Short only where the server is silent: elsewhere a busy machine would look like a silent server. */
const patienceFor = ({ kind }: Fault) => (kind === "silence" ? { patience: 300 } : {});

async function failureOf(call: Promise<unknown>): Promise<PortFailure> {
  return call.then(
    () => expect.unreachable("it succeeded"),
    (error: PortFailure) => error,
  );
}

const total = ({ gateway }: S3StandIn) =>
  Object.values(gateway.traffic.requests).reduce((sum, count) => sum + count, 0);

describe.each(Object.entries(calls))("%s", (_, call) => {
  test.each<[Fault, string, boolean]>([
    [{ kind: "status", status: 500 }, "unavailable", true],
    [{ kind: "status", status: 503 }, "unavailable", true],
    [{ kind: "status", status: 429 }, "rate_limited", true],
    [{ kind: "status", status: 403 }, "unauthorized", false],
    [{ kind: "status", status: 402 }, "out_of_credit", false],
    [{ kind: "status", status: 400 }, "invalid", false],
    [{ kind: "break-off" }, "unavailable", true],
    [{ kind: "silence" }, "timeout", true],
  ])("fails with %j as %s", async (fault, code, retryable) => {
    const server = await start();
    const end = server.gateway.fault(fault);
    const failure = await failureOf(call(storeOn(server, {}, patienceFor(fault))));
    expect(failure).toMatchObject({ name: "PortFailure", code, retryable });
    expect(failure.message).not.toMatch(/127\.0\.0\.1|HFAK|secret|docent\/|somebody/);
    end();
    server.objects.clear();
    await call(storeOn(server));
  });

  test.each(["secretAccessKey", "accessKeyId"])("says so where %s is wrong", async (name) => {
    const server = await start({ missing: 403 });
    const failure = await failureOf(call(storeOn(server, { [name]: "wrong" })));
    expect(failure).toMatchObject({ code: "unauthorized", retryable: false });
  });

  test("says so where there is no such bucket", async () => {
    const failure = await failureOf(call(storeOn(await start(), { bucket: "other" })));
    expect(failure).toMatchObject({ code: "not_found", retryable: false });
  });

  test("waits for a slow server", async () => {
    const server = await start();
    server.gateway.fault({ kind: "slow", milliseconds: 60 });
    await call(storeOn(server));
  });
});

test("Retry-After is told", async () => {
  const server = await start();
  server.gateway.fault({ kind: "status", status: 503, headers: { "retry-after": "7" } });
  await expect(storeOn(server).list("")).rejects.toMatchObject({ retryAfter: 7000 });
});

test("a write whose reply is lost may have happened, and says that it may be tried again", async () => {
  const server = await start();
  const store = storeOn(server);
  server.gateway.fault({ kind: "lose-reply" }, { method: "PUT", times: 1 });
  await expect(store.put("log/1", content, absent)).rejects.toMatchObject({
    code: "unavailable",
    retryable: true,
  });
  await expect(store.put("log/1", content, absent)).rejects.toMatchObject({ code: "conflict" });
  expect((await store.get("log/1"))?.content).toEqual(content);
});

test("a write that the server could not decide is tried again", async () => {
  const server = await start();
  server.gateway.fault({ kind: "status", status: 409 }, { method: "PUT", times: 2 });
  await storeOn(server).put("log/1", content, absent);
  expect(server.gateway.traffic.requests).toEqual({ PUT: 3 });
  server.gateway.fault({ kind: "status", status: 409 }, { method: "PUT" });
  await expect(storeOn(server).put("log/2", content, absent)).rejects.toMatchObject({
    code: "unavailable",
    retryable: true,
  });
});

test.each(["gateway", "edge"] as const)(
  "a body cut off at the %s is never an object",
  async (place) => {
    const server = await start({ redirects: place === "edge" ? "with-etag" : "none" });
    const store = storeOn(server);
    await store.put("log/1", content, absent);
    server[place].fault({ kind: "cut" }, { method: "GET", times: 1 });
    await expect(store.get("log/1")).rejects.toMatchObject({
      code: "unavailable",
      retryable: true,
    });
    expect((await store.get("log/1"))?.content).toEqual(content);
  },
);

test.each([403, 404, 500])(
  "an edge that answers %i does not mean a missing object",
  async (status) => {
    const server = await start({ redirects: "without-etag" });
    const store = storeOn(server);
    await store.put("log/1", content, absent);
    server.edge.fault({ kind: "status", status });
    await expect(store.get("log/1")).rejects.toMatchObject({
      code: "unavailable",
      retryable: true,
    });
  },
);

test("an object that may not be read is not taken for a missing one", async () => {
  const server = await start();
  const store = storeOn(server);
  await store.put("log/1", content, absent);
  server.gateway.fault({ kind: "status", status: 403 }, { path: /log\/1$/ });
  await expect(store.get("log/1")).rejects.toMatchObject({ code: "unauthorized" });
  server.gateway.fault({ kind: "status", status: 403 }, { path: /log\/2$/ });
  expect(await store.get("log/2")).toBeUndefined();
});

test.each([-3_600_000, 3_600_000])("a clock %i ms wrong costs one refusal", async (clockError) => {
  const server = await start({ clockError, redirects: "without-etag" });
  const store = storeOn(server);
  await store.put("log/1", content, absent);
  expect(total(server)).toBe(2);
  await store.list("");
  await store.put("log/2", content, absent);
  expect(total(server)).toBe(4);
});

test("another region is learned from one refusal", async () => {
  const server = await start({ region: "eu-central-1" });
  const store = storeOn(server);
  await store.put("log/1", content, absent);
  await store.put("log/2", content, absent);
  expect(total(server)).toBe(3);
});

test.each<[S3StandInOptions, RegExp]>([
  [{ anonymous: "read" }, /is public/],
  [{ anonymous: "read", redirects: "with-etag" }, /is public/],
  [{ anonymous: "list" }, /is public/],
  [{ conditions: "ignored" }, /ignores If-None-Match/],
])("a bucket with %j is refused, and nothing is left in it", async (options, message) => {
  const server = await start(options);
  await expect(storeOn(server).check()).rejects.toMatchObject({
    code: "invalid",
    retryable: false,
    message: expect.stringMatching(message),
  });
  expect(server.objects.size).toBe(0);
});

test("keys outside the prefix, and those of other programs, do no harm", async () => {
  const server = await start({ pageSize: 3 });
  const store = storeOn(server);
  for (const key of ["docentx/log/1", "docent", "other"]) {
    server.objects.set(key, { content: Buffer.from("x"), etag: '"x"' });
  }
  server.objects.set("docent/log/a&b<c>", { content: Buffer.from("xy"), etag: '"y"' });
  await store.put("log/1", content, absent);
  expect(await store.list("")).toEqual([
    { name: "log/1", size: content.length },
    { name: "log/a&b<c>", size: 2 },
  ]);
});
