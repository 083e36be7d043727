import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Circuit } from "../../../adapters/circuit.ts";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { createQdrantStore } from "../../../adapters/vector-stores/qdrant/store.ts";
import { sections } from "../../support/apps/documents.ts";
import {
  startEmbedderStandIn,
  type EmbedderStandIn,
} from "../../support/stand-ins/embedder-stand-in.ts";
import { startQdrantStandIn, type QdrantStandIn } from "../../support/stand-ins/qdrant-stand-in.ts";
import { startTcpProxy, type Fault, type TcpProxy } from "../../support/stand-ins/tcp-proxy.ts";
import { createRecordingLogger } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";
import { openWithVectors, testCircuit, testEmbedder } from "../../support/apps/vectors.ts";
import { clockAt } from "../../support/apps/test-clock.ts";

const faults: readonly { fault: Fault; isOut: boolean }[] = [
  { fault: "refuse", isOut: true },
  { fault: "reset", isOut: true },
  { fault: "hang", isOut: true },
  { fault: "stall", isOut: true },
  { fault: "slow", isOut: false },
  { fault: "garbage", isOut: true },
  { fault: "cut", isOut: true },
];

const rejections: unknown[] = [];
const onRejection = (error: unknown) => rejections.push(error);
process.on("unhandledRejection", onRejection);
afterAll(() => {
  process.off("unhandledRejection", onRejection);
  expect(rejections).toEqual([]);
});

let database: OpenDatabase;
let embedder: EmbedderStandIn;
let qdrant: QdrantStandIn;
beforeAll(async () => {
  database = await openTestDatabase(createRecordingLogger().logger);
  embedder = await startEmbedderStandIn();
  qdrant = await startQdrantStandIn();
});
afterAll(async () => {
  await qdrant.close();
  await embedder.close();
  await database.close();
});

describe.each(["embedder", "vector_store"] as const)(
  "the %s behind a line that fails",
  (service) => {
    let proxy: TcpProxy;
    let circuit: Circuit;
    let documents: ReturnType<typeof openWithVectors>;
    let hasty: ReturnType<typeof openWithVectors>;
    let now = 0;
    const clock = clockAt(() => now);

    beforeAll(async () => {
      const target = service === "embedder" ? embedder.url : qdrant.url;
      proxy = await startTcpProxy(Number(new URL(target).port));
      const proxied = new URL(target);
      proxied.port = String(proxy.port);
      const through = String(proxied).replace(/\/$/, "");
      circuit = testCircuit(service, clock);
      const ours = service === "embedder" ? circuit : testCircuit("embedder");
      const store = createQdrantStore({
        url: service === "embedder" ? qdrant.url : through,
        apiKey: undefined,
        collection: service,
        circuit: service === "embedder" ? testCircuit("vector_store") : circuit,
      });
      const url = service === "embedder" ? through : embedder.url;
      const questioned = testEmbedder(url, service, ours);
      const outside = { kind: "outside", store } as const;
      documents = openWithVectors(database, questioned, { outside });
      hasty = openWithVectors(database, questioned, { outside, hasty: service });
      await documents.ingest("manual", [
        sections("leave.md", { Leave: "Everybody has thirty days of vacation a year." }),
        sections("menu.md", { Menu: "The canteen serves soup and bread at noon." }),
      ]);
      await hasty.vectors.start();
    });
    afterEach(() => proxy.set("pass"));
    afterAll(async () => {
      await Promise.all([documents.vectors.stop(), hasty.vectors.stop()]);
      await vi.waitFor(() => expect(proxy.open).toBe(0), { timeout: 120_000 });
      await proxy.stop();
    });

    const ask = async (by = documents) => {
      const { passages, degraded } = await by.search("soup at noon", { limit: 2 });
      return { best: passages[0]?.path, degraded };
    };

    test.each(faults)(
      "$fault: words answer if need be, and it is back again",
      async ({ fault, isOut }) => {
        const whole = { best: "menu.md", degraded: [] };
        const without = { best: "menu.md", degraded: [service] };
        expect(await ask()).toEqual(whole);
        await proxy.set(fault);
        // Only what falls silent is ended by a deadline.
        const by = fault === "hang" || fault === "stall" ? hasty : documents;
        for (const answer of await Promise.all([ask(by), ask(by), ask(by)])) {
          expect(answer).toEqual(isOut ? without : whole);
        }
        expect(circuit.report()).toMatchObject(
          isOut ? { state: "open", failureCount: 3 } : { state: "closed", failureCount: 0 },
        );
        if (isOut) {
          // Nobody waits for it any more.
          const asked = embedder.requests.length + qdrant.requests.length;
          expect(await ask()).toEqual(without);
          const atMost = service === "embedder" ? 0 : 1;
          expect(embedder.requests.length + qdrant.requests.length - asked).toBeLessThanOrEqual(
            atMost,
          );
        }
        await proxy.set("pass");
        now += 60_000;
        // The background embedder may be the one that probes; a search beside its probe is answered by words.
        await expect.poll(() => ask()).toEqual(whole);
        expect(circuit.report()).toMatchObject({ state: "closed", failureCount: 0 });
        expect(JSON.stringify(documents.log)).not.toMatch(/127\.0\.0\.1|secret/);
      },
    );
  },
);
