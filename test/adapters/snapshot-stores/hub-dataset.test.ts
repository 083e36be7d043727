import { randomBytes } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { chooseSnapshotStore } from "../../../adapters/snapshot-stores/choose.ts";
import type { PortFailure } from "../../../handlers/ports/failure.ts";
import type { SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import type { Fault } from "../../support/stand-ins/snapshots/faulty-server.ts";
import {
  startHubDatasets,
  type HubDatasets,
  type HubDatasetsOptions,
} from "../../support/stand-ins/snapshots/hub-datasets.ts";

const absent = { kind: "absent" } as const;
const content = new TextEncoder().encode("content of the object");

async function start(options: HubDatasetsOptions = { dataset: "private" }): Promise<HubDatasets> {
  const hub = await startHubDatasets(options);
  onTestFinished(hub.stop);
  return hub;
}

function storeOn(
  { endpoint, repository, token }: HubDatasets,
  wrong: Readonly<Record<string, string>> = {},
  fault?: Fault,
): SnapshotStore {
  const place = { kind: "hub-dataset", endpoint, repository, token, prefix: "space" } as const;
  // Short only where the hub is silent: elsewhere a busy machine would look like a silent hub.
  const patience = fault?.kind === "silence" ? 300 : 30_000;
  return chooseSnapshotStore({ ...place, ...wrong }, { patience });
}

describe("checking the dataset", () => {
  test("creates it, private, where it is missing", async () => {
    const hub = await start({ dataset: "missing" });
    await Promise.all([storeOn(hub).check(), storeOn(hub).check()]);
    expect(hub.isPrivate()).toBe(true);
    expect(hub.commits()).toBe(1);
    await storeOn(hub).check();
    expect(hub.commits()).toBe(1);
  });

  test("refuses a public one, and writes nothing into it", async () => {
    const hub = await start({ dataset: "public" });
    await expect(storeOn(hub).check()).rejects.toMatchObject({
      code: "invalid",
      retryable: false,
      message: expect.stringContaining("is public"),
    });
    expect(hub.commits()).toBe(1);
  });

  test.each<[string, HubDatasetsOptions, Readonly<Record<string, string>>]>([
    ["may only read", { dataset: "private", role: "read" }, {}],
    ["may not create it", { dataset: "missing", role: "read" }, {}],
    ["is wrong", { dataset: "private" }, { token: "hf_wrong" }],
    ["belongs to somebody else", { dataset: "private" }, { repository: "other/backups" }],
  ])("says so where the token %s", async (_, options, wrong) => {
    const failure = { name: "PortFailure", code: "unauthorized", retryable: false };
    await expect(storeOn(await start(options), wrong).check()).rejects.toMatchObject(failure);
  });
});

const calls: Readonly<Record<string, (store: SnapshotStore) => Promise<unknown>>> = {
  check: (store) => store.check(),
  put: (store) => store.put("log/1", content, absent),
  get: (store) => store.get("log/1"),
  list: (store) => store.list("log/"),
  delete: (store) => store.delete(["log/1"]),
};

describe.each(Object.entries(calls))("%s", (_, call) => {
  test.each<[Fault, string, boolean]>([
    [{ kind: "status", status: 500 }, "unavailable", true],
    [{ kind: "status", status: 429 }, "rate_limited", true],
    [{ kind: "status", status: 403 }, "unauthorized", false],
    [{ kind: "break-off" }, "unavailable", true],
    [{ kind: "cut" }, "unavailable", true],
    [{ kind: "silence" }, "timeout", true],
  ])("fails with %j as %s", async (fault, code, retryable) => {
    const hub = await start();
    const end = hub.hub.fault(fault);
    const failure: PortFailure = await call(storeOn(hub, {}, fault)).then(
      () => expect.unreachable("it succeeded"),
      (error: PortFailure) => error,
    );
    expect(failure).toMatchObject({ name: "PortFailure", code, retryable });
    expect(failure.message).not.toMatch(/127\.0\.0\.1|hf_|somebody|space\//);
    end();
    await call(storeOn(hub));
  });

  test("says so where the dataset is gone", async () => {
    const hub = await start({ dataset: "missing", role: "read" });
    const codes = expect.stringMatching(/^(not_found|unauthorized)$/);
    await expect(call(storeOn(hub))).rejects.toMatchObject({ code: codes, retryable: false });
  });
});

test.each([
  [{ "retry-after": "7" }, 7000],
  [
    { ratelimit: '"api";r=0;t=55', "ratelimit-policy": '"fixed window";"api";q=1000;w=300' },
    55_000,
  ],
  [{ ratelimit: '"api";r=0;t=2678400' }, 3_600_000],
])("how long to wait is told by %j", async (headers, retryAfter) => {
  const hub = await start();
  hub.hub.fault({ kind: "status", status: 429, headers });
  await expect(storeOn(hub).get("log/1")).rejects.toMatchObject({ retryAfter });
});

test("a commit whose reply is lost may have happened, and says that it may be tried again", async () => {
  const hub = await start();
  const store = storeOn(hub);
  hub.hub.fault({ kind: "lose-reply" }, { path: /\/commit\//, times: 1 });
  await expect(store.put("log/1", content, absent)).rejects.toMatchObject({ retryable: true });
  await expect(store.put("log/1", content, absent)).rejects.toMatchObject({ code: "conflict" });
  expect((await store.get("log/1"))?.content).toEqual(content);
});

test("commits to other files do not get in the way, and nothing is uploaded twice", async () => {
  const hub = await start();
  const store = storeOn(hub);
  hub.hub.fault({ kind: "status", status: 412 }, { path: /\/commit\//, times: 2 });
  await store.put("log/1", content, absent);
  const { requests } = hub.hub.traffic;
  // Of three attempts: refs (GET), paths-info and commit (POST); preupload once; the count of commits (GET) once.
  expect(requests).toEqual({ GET: 4, POST: 7 });
  hub.commitElsewhere("README.md", "# Backups");
  await store.put("log/2", content, absent);
  expect(await store.list("")).toHaveLength(2);
});

test("a token that may only propose is told apart from an endless race", async () => {
  const hub = await start({ dataset: "private", role: "propose" });
  await expect(storeOn(hub).put("log/1", content, absent)).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("may only propose"),
  });
});

test("a file changed by another program is another version", async () => {
  const hub = await start();
  const store = storeOn(hub);
  const { version } = await store.put("lease.json", content, absent);
  hub.commitElsewhere("space/lease.json", "changed");
  const change = store.put("lease.json", content, { kind: "unchanged", version });
  await expect(change).rejects.toMatchObject({ code: "conflict" });
});

describe("large files", () => {
  const large = new Uint8Array(randomBytes(300_000));

  test.each([
    ["at once", {}, { PUT: 1 }],
    ["in parts", { partsFrom: 130_000 }, { PUT: 3, POST: 1 }],
  ])("are uploaded %s, and only once", async (_, options, requests) => {
    const hub = await start({ dataset: "private", largeFrom: 1000, ...options });
    const store = storeOn(hub);
    const { version } = await store.put("snapshots/1", large, absent);
    expect(hub.storage.traffic.requests).toEqual(requests);
    expect(hub.files().get("space/snapshots/1")).toMatchObject({ isLarge: true });
    expect(await store.get("snapshots/1")).toEqual({ content: large, version });
    expect(await store.list("snapshots/")).toEqual([{ name: "snapshots/1", size: large.length }]);
    await store.put("snapshots/2", large, absent);
    await store.put("snapshots/1", content, { kind: "unchanged", version });
    // The content is there already; reading was one more.
    expect(hub.storage.traffic.requests).toEqual({ ...requests, GET: 1 });
  });

  test.each<Fault>([{ kind: "status", status: 500 }, { kind: "break-off" }, { kind: "silence" }])(
    "are no objects where the upload fails with %j",
    async (fault) => {
      const hub = await start({ dataset: "private", largeFrom: 1000 });
      const store = storeOn(hub, {}, fault);
      hub.storage.fault(fault, { method: "PUT", times: 1 });
      await expect(store.put("snapshots/1", large, absent)).rejects.toMatchObject({
        retryable: true,
      });
      expect(await store.get("snapshots/1")).toBeUndefined();
      await store.put("snapshots/1", large, absent);
    },
  );

  test.each<Fault>([{ kind: "cut" }, { kind: "status", status: 404 }])(
    "that cannot be read whole (%j) are not taken for missing",
    async (fault) => {
      const hub = await start({ dataset: "private", largeFrom: 1000 });
      const store = storeOn(hub);
      await store.put("snapshots/1", large, absent);
      hub.storage.fault(fault, { method: "GET" });
      await expect(store.get("snapshots/1")).rejects.toMatchObject({
        code: "unavailable",
        retryable: true,
      });
    },
  );
});

test("the history is squashed once it has 500 commits, and the objects stay", async () => {
  const hub = await start();
  const store = storeOn(hub);
  let { version } = await store.put("lease.json", content, absent);
  for (let more = 0; more < 497; more++) hub.commitElsewhere("README.md", `# ${more}`);
  expect(hub.commits()).toBe(499);
  // A process that has just started looks at its first commit.
  const next = storeOn(hub);
  ({ version } = await next.put("lease.json", content, { kind: "unchanged", version }));
  expect(hub.commits()).toBe(1);
  await store.put("lease.json", content, { kind: "unchanged", version });
  expect(hub.commits()).toBe(2);
  expect((await next.get("lease.json"))?.content).toEqual(content);
});

test("an object is committed even where the history cannot be squashed", async () => {
  const hub = await start();
  for (let more = 0; more < 600; more++) hub.commitElsewhere("README.md", `# ${more}`);
  hub.hub.fault({ kind: "status", status: 500 }, { path: /super-squash/ });
  await storeOn(hub).put("log/1", content, absent);
  expect(hub.files().has("space/log/1")).toBe(true);
});

test("a read survives a squash between looking up the commit and reading it", async () => {
  const hub = await start();
  const store = storeOn(hub);
  await store.put("log/1", content, absent);
  const gone = { "x-error-code": "RevisionNotFound" };
  hub.hub.fault({ kind: "status", status: 404, headers: gone }, { path: /\/resolve\//, times: 2 });
  expect((await store.get("log/1"))?.content).toEqual(content);
});
