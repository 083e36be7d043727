import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createCircuit, type Circuit } from "../../../adapters/circuit.ts";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import type { Dependency } from "../../../handlers/ports/dependency.ts";
import type { StorageState } from "../../../handlers/ports/storage.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { createRecordingLogger, createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";
import { clockAt } from "../../support/apps/test-clock.ts";

const minute = 60_000;

let now: number;
const clock = clockAt(() => now);
let docent: TestApp;
beforeEach(() => {
  now = Date.parse("2026-03-04T05:06:07.000Z");
});
afterEach(() => docent.close());

/** A service whose probes the test answers. */
function createService(name: string, service: Dependency["service"] = "language_model") {
  const circuit: Circuit = createCircuit({ name, failures: 3, openMilliseconds: 30_000, clock });
  const probes: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const dependency: Dependency = {
    service,
    name,
    circuit,
    freshMilliseconds: 5 * minute,
    probe: () =>
      circuit.run(() => new Promise<void>((resolve, reject) => probes.push({ resolve, reject }))),
  };
  const use = (failure?: PortFailure) =>
    circuit
      .run(() => (failure ? Promise.reject(failure) : Promise.resolve()))
      .catch(() => undefined);
  return { dependency, probes, use };
}

const outage = new PortFailure("unavailable", "gone", { retryable: true });

async function read(path = "/api/health") {
  const response = await docent.fetch(path);
  return { code: response.status, ...(await response.json()) };
}

async function start(...dependencies: Dependency[]) {
  docent = await createTestApp({}, { dependencies, clock });
}

describe("health of a service", () => {
  test("is what its latest real operation found, and nobody is asked while that is fresh", async () => {
    const model = createService("language_model:one");
    await start(model.dependency);
    await model.use();
    now += 4 * minute;
    expect(await read()).toMatchObject({
      code: 200,
      status: "healthy",
      services: { language_model: "healthy", vector_store: "not_configured" },
    });
    expect(model.probes).toHaveLength(0);
  });

  test("that has been idle is asked, once for all who want to know, and not again for 5 seconds", async () => {
    const model = createService("language_model:one");
    await start(model.dependency);
    const reports = [read(), read(), read()];
    await expect.poll(() => model.probes.length).toBe(1);
    model.probes[0]?.reject(outage);
    for (const report of await Promise.all(reports))
      expect(report).toMatchObject({
        status: "degraded",
        services: { language_model: "unhealthy" },
      });
    now += 4999;
    await read();
    expect(model.probes).toHaveLength(1);
    now += 1;
    const later = read();
    await expect.poll(() => model.probes.length).toBe(2);
    model.probes[1]?.resolve();
    expect(await later).toMatchObject({ status: "healthy" });
  });

  test("that does not answer in 2 seconds is unhealthy, and others are told of meanwhile", async () => {
    const silent = createService("embedder", "embedder");
    const well = createService("language_model:one");
    await start(silent.dependency, well.dependency);
    const report = read();
    await expect.poll(() => well.probes.length).toBe(1);
    well.probes[0]?.resolve();
    expect(await report).toMatchObject({
      code: 200,
      status: "degraded",
      services: { embedder: "unhealthy", language_model: "healthy" },
    });
    silent.probes[0]?.resolve();
  });

  test("of several models one that is out degrades, and all make it unhealthy", async () => {
    const models = [createService("language_model:one"), createService("language_model:two")];
    await start(...models.map(({ dependency }) => dependency));
    await models[0]?.use();
    for (let count = 0; count < 3; count += 1) await models[1]?.use(outage);
    expect(await read()).toMatchObject({ services: { language_model: "degraded" } });
    for (let count = 0; count < 3; count += 1) await models[0]?.use(outage);
    expect(await read()).toMatchObject({ code: 200, services: { language_model: "unhealthy" } });
  });

  test("may override its status with a word of its own", async () => {
    const vectors = createService("vector_store", "vector_store");
    await vectors.use();
    await start({ ...vectors.dependency, statusOverride: () => "lexical_only" });
    expect(await read()).toMatchObject({
      status: "healthy",
      services: { vector_store: "lexical_only" },
    });
  });
});

test("circuits are told as they are at the moment of asking", async () => {
  const model = createService("language_model:one");
  await start(model.dependency);
  for (let count = 0; count < 3; count += 1) await model.use(outage);
  const open = {
    state: "open",
    failure_count: 3,
    opened_at: "2026-03-04T05:06:07.000Z",
    retry_at: "2026-03-04T05:06:37.000Z",
  };
  const closed = { state: "closed", failure_count: 0, opened_at: null, retry_at: null };
  expect(await read("/health/circuits")).toEqual({
    code: 200,
    database: closed,
    "language_model:one": open,
  });
  now += 30_000;
  expect(await read("/health/circuits")).toMatchObject({
    "language_model:one": { ...open, state: "half_open" },
  });
  expect(model.probes).toHaveLength(0);
});

test("an idle database that may be asleep is asked no more often than it says, however often we are", async () => {
  const { logger } = createRecordingLogger();
  const engine = await openTestDatabase(logger);
  let asked = 0;
  const query: typeof engine.query = (statement) => {
    asked += 1;
    return engine.query(statement);
  };
  const options = { clock, freshMilliseconds: 60 * minute };
  const open = () => Promise.resolve({ ...engine, query });
  const database = superviseDatabase(open, logger, options);
  docent = await createTestApp({}, { database, clock });
  const before = asked;
  for (let count = 0; count < 59; count += 1) {
    now += minute;
    expect(await read()).toMatchObject({ code: 200, services: { database: "healthy" } });
    expect(await read("/ready")).toMatchObject({ code: 200, ready: true });
  }
  expect(asked).toBe(before);
  now += minute;
  expect(await read()).toMatchObject({ code: 200, services: { database: "healthy" } });
  expect(asked).toBe(before + 1);
});

test.each([
  [{}, "kept"],
  [{ SPACE_ID: "ada/docent" }, "until_restart"],
  [{ SPACE_ID: "ada/docent", DATABASE_URL: "postgresql://db.example/docent" }, "kept"],
])("with %o what is written is %s", async (environment, kind) => {
  docent = await createTestApp(environment);
  expect(await read()).toMatchObject({ storage: { kind, state: "ok" } });
});

test("a disk that is nearly full degrades, a full one is no healthy database", async () => {
  let state: StorageState = "low";
  docent = await createTestApp({}, { storage: { state: () => state } });
  expect(await read()).toMatchObject({ code: 200, status: "degraded", storage: { state } });
  state = "full";
  expect(await read()).toMatchObject({
    code: 503,
    status: "unhealthy",
    services: { database: "unhealthy" },
    storage: { kind: "kept", state },
  });
  expect(await read("/ready")).toMatchObject({ code: 503, ready: false });
  // Both 503s are answers, and no errors.
  expect(docent.log.filter(({ level }) => level === "error")).toEqual([]);
});
