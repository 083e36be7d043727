import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { SnapshotStore } from "../../handlers/ports/snapshot-store.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const named = (...names: string[]) => names.map((name) => ({ name, size: name.length }));
const manyWords = (round: number) => bytes(`${round} `.repeat(20_000));
const absent = { kind: "absent" } as const;
const unchanged = (version: string) => ({ kind: "unchanged", version }) as const;

/**
 * What every snapshot store behind the port promises.
 *
 * @param openPlace an empty place; the function it returns makes a store on it, as another process would
 * @param races how many compare-and-swaps two writers race for
 */
export function describeSnapshotStore(
  title: string,
  openPlace: () => Promise<() => SnapshotStore>,
  races = 100,
): void {
  describe(`snapshot store contract: ${title}`, () => {
    let store: SnapshotStore;
    let other: SnapshotStore;
    const read = async (object: string, from = store) => {
      const found = await from.get(object);
      return found && new TextDecoder().decode(found.content);
    };
    beforeEach(async () => {
      const createStore = await openPlace();
      store = createStore();
      other = createStore();
      await store.check();
    });

    test("an object is put once where there is none, and read back as it was", async () => {
      expect(await store.get("log/1")).toBeUndefined();
      const { version } = await store.put("log/1", bytes("one"), absent);
      expect(await other.get("log/1")).toEqual({ content: bytes("one"), version });
      await expect(other.put("log/1", bytes("two"), absent)).rejects.toMatchObject({
        name: "PortFailure",
        code: "conflict",
      });
      await expect(store.put("log/1", bytes("one"), absent)).rejects.toMatchObject({
        code: "conflict",
      });
      expect(await read("log/1")).toBe("one");
    });

    test("an object is replaced only by those who know its version", async () => {
      await expect(store.put("lease.json", bytes("x"), unchanged("unknown"))).rejects.toMatchObject(
        { code: "conflict" },
      );
      expect(await store.get("lease.json")).toBeUndefined();
      const first = await store.put("lease.json", bytes("1"), absent);
      const second = await other.put("lease.json", bytes("2"), unchanged(first.version));
      expect(second.version).not.toBe(first.version);
      await expect(
        store.put("lease.json", bytes("3"), unchanged(first.version)),
      ).rejects.toMatchObject({ code: "conflict", retryable: false });
      expect(await store.get("lease.json")).toEqual({
        content: bytes("2"),
        version: second.version,
      });
      await store.put("lease.json", bytes("4"), unchanged(second.version));
      expect(await read("lease.json", other)).toBe("4");
    });

    test("bytes survive: none at all, every value, and megabytes", async () => {
      for (const content of [
        new Uint8Array(),
        Uint8Array.from({ length: 256 }, (_, value) => value).subarray(3),
        new Uint8Array(randomBytes(3_000_001)),
      ]) {
        const object = `snapshots/1-2/${content.length}`;
        await store.put(object, content, absent);
        const found = await other.get(object);
        expect(Buffer.compare(found?.content ?? bytes("nothing"), content)).toBe(0);
      }
    });

    test("names are listed by their beginning, in order and with sizes", async () => {
      expect(await store.list("")).toEqual([]);
      for (const object of ["log/2", "log/10", "log/1", "logs", "snapshots/1/manifest", "key"]) {
        await store.put(object, bytes(object), absent);
      }
      expect(await store.list("log/")).toEqual(named("log/1", "log/10", "log/2"));
      expect(await store.list("log/1")).toEqual(named("log/1", "log/10"));
      expect(await store.list("lo")).toEqual(named("log/1", "log/10", "log/2", "logs"));
      expect(await store.list("snapshots/")).toEqual(named("snapshots/1/manifest"));
      expect(await store.list("none/")).toEqual([]);
      expect(await other.list("")).toHaveLength(6);
    });

    test("objects are deleted, and those that are not there are no failure", async () => {
      for (const object of ["log/1", "log/2", "log/3"]) await store.put(object, bytes("x"), absent);
      await other.delete(["log/1", "log/3", "log/9", "nothing/here"]);
      await store.delete([]);
      expect(await store.list("")).toEqual([{ name: "log/2", size: 1 }]);
      expect(await store.get("log/1")).toBeUndefined();
      await store.put("log/1", bytes("again"), absent);
      expect(await read("log/1", other)).toBe("again");
    });

    test("of two writers that replace the same version exactly one succeeds, each time", async () => {
      let { version } = await store.put("lease.json", bytes("start"), absent);
      const winners = new Set<string>();
      for (let round = 0; round < races; round++) {
        const writers = { one: store, two: other };
        const ends = await Promise.allSettled(
          Object.entries(writers).map(async ([writer, each]) => {
            const put = await each.put(
              "lease.json",
              bytes(`${writer} ${round}`),
              unchanged(version),
            );
            return { writer, version: put.version };
          }),
        );
        const won = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
        const lost = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
        expect(won).toHaveLength(1);
        expect(lost).toMatchObject([{ code: "conflict" }]);
        expect(await read("lease.json")).toBe(`${won[0]?.writer} ${round}`);
        version = won[0]?.version ?? "";
        winners.add(won[0]?.writer ?? "");
      }
      expect(winners.size).toBeGreaterThan(0);
    });

    test("of many writers that create the same object exactly one succeeds", async () => {
      const ends = await Promise.allSettled(
        Array.from({ length: 12 }, (_, writer) =>
          (writer % 2 === 0 ? store : other).put("log/1", bytes(`writer ${writer}`), absent),
        ),
      );
      const winner = ends.findIndex(({ status }) => status === "fulfilled");
      expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await read("log/1")).toBe(`writer ${winner}`);
    });

    test("a reader sees the whole of some version while it is replaced", async () => {
      let { version } = await store.put("lease.json", manyWords(0), absent);
      const written = new AbortController();
      const reading = (async () => {
        let seen = 0;
        while (!written.signal.aborted) {
          const words = new Set((await read("lease.json", other))?.trim().split(" "));
          expect(words.size).toBe(1);
          seen += 1;
        }
        return seen;
      })();
      for (let round = 1; round <= 12; round++) {
        ({ version } = await store.put("lease.json", manyWords(round), unchanged(version)));
      }
      written.abort();
      expect(await reading).toBeGreaterThan(0);
    });
  });
}
