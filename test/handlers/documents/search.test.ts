import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import { createSearch } from "../../../handlers/documents/search/search.ts";
import { openDocuments, sections } from "../../support/apps/documents.ts";
import { createRecordingLogger } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

const handbook = [
  sections("origins.md", {
    "Allowing a front end": "Name its origin in ALLOWED_ORIGINS, and the browser may call Docent.",
    Cookies: "Docent sets none. A front end keeps its tokens itself.",
  }),
  sections("betrieb.md", {
    Datensicherung: "Sichern Sie das Verzeichnis, während der Dienst ruht.",
  }),
  sections("数据库.md", { 数据库: "没有任何配置时，数据保存在内嵌的数据库里。" }),
  sections("ฐานข้อมูล.md", { การสำรองข้อมูล: "คัดลอกโฟลเดอร์ข้อมูลเมื่อหยุดบริการแล้ว" }),
  sections("تشغيل.md", { التشغيل: "يمكن تشغيل الخادم بدون أي إعدادات." }),
];

let database: OpenDatabase;
beforeAll(async () => {
  database = await openTestDatabase(createRecordingLogger().logger);
  await openDocuments(database).ingest("handbook", handbook);
});
afterAll(() => database.close());

const search = (query: string, limit = 5) =>
  createSearch(database)(query, { limit, explain: true });
const bestPath = async (query: string) => (await search(query)).passages[0]?.path;

describe("search", () => {
  test.each([
    ["How do I allow my front end's origin?", "origins.md"],
    ["allowed_origns", "origins.md"],
    ["Wie lege ich Datensicherungen an?", "betrieb.md"],
    ["内嵌数据库保存什么？", "数据库.md"],
    ["สำรองโฟลเดอร์ข้อมูลอย่างไร", "ฐานข้อมูล.md"],
    ["كيف أقوم بتشغيل الخادم؟", "تشغيل.md"],
  ])("finds for %s the passage of %s", async (query, path) => {
    expect(await bestPath(query)).toBe(path);
  });

  test("finds a passage by its heading alone", async () => {
    const { passages } = await search("Cookies");
    expect(passages[0]?.heading_path).toContain("Cookies");
  });

  test("finds the page of that name before one that mentions it often", async () => {
    const mention = "Since installation changed, installation scripts run before an installation.";
    await openDocuments(database).ingest("names", [
      sections("changes.md", { "Version 4": mention }),
      sections("start.md", { Installation: "Fetch the archive and unpack it where you like." }),
    ]);
    expect(await bestPath("installation")).toBe("start.md");
    await openDocuments(database).ingest("names", []);
  });

  test("prefers a page that has much on a subject to one that has a passage alike", async () => {
    const same = "Glaciers carve valleys while they move downhill.";
    await openDocuments(database).ingest("pages", [
      sections("atlas.md", { One: same, Two: "Rivers of the plain.", Three: "Deserts and dunes." }),
      sections("ice.md", {
        One: same,
        Two: "Glaciers advance in cold years.",
        Three: "Glaciers retreat.",
      }),
    ]);
    expect(await bestPath("How do glaciers carve valleys?")).toBe("ice.md");
    await openDocuments(database).ingest("pages", []);
  });

  test.each([
    ["How zebras", "how", "zebras"],
    ["Wie Zebras", "wie", "zebras"],
    ["斑马为什么", "什么", "斑马"],
  ])("lets a function word of %s say less than another word", async (query, little, much) => {
    const { explanation } = await search(query);
    const information = new Map(explanation?.terms.map((term) => [term.text, term.information]));
    expect(information.get(little)).toBeLessThan(information.get(much) ?? 0);
  });

  test("gives scores between 0 and 1, the best first, and no more passages than asked for", async () => {
    const { passages } = await search("Docent front end origin", 2);
    expect(passages).toHaveLength(2);
    const scores = passages.map((passage) => passage.score);
    expect(scores).toEqual(scores.toSorted((one, other) => other - one));
    for (const passage of passages) {
      expect(passage.score).toBeGreaterThan(0);
      expect(passage.score).toBeLessThanOrEqual(1);
    }
  });

  test("says by its coverage when the documents do not say", async () => {
    const answered = await search("Which origin may call Docent?");
    const unanswered = await search("Who won the chess olympiad in Budapest?");
    expect(answered.passages[0]?.coverage).toBeGreaterThan(0.5);
    for (const passage of unanswered.passages) expect(passage.coverage).toBeLessThan(0.3);
  });

  test.each([
    "",
    "   ",
    "?!",
    "🎉",
    "'; drop table passages; --",
    "$1",
    "%",
    "\u0000",
    "\uD800",
    "\\",
  ])("takes %j for a question like any other", async (query) => {
    const { passages } = await search(query);
    expect(passages.length).toBeLessThanOrEqual(5);
    expect(await bestPath("front end origin")).toBe("origins.md");
  });

  test("answers a question of two thousand characters from what it begins with", async () => {
    const query = `Which origin may call Docent? ${"and further words that nobody knows ".repeat(60)}`;
    const { passages, explanation } = await search(query);
    expect(passages[0]?.path).toBe("origins.md");
    expect(explanation?.terms.length).toBeLessThanOrEqual(256);
  });

  test("explains which terms counted, and how much", async () => {
    const { passages, explanation } = await search("origin xylophone");
    const terms = new Map(explanation?.terms.map((term) => [term.text, term]));
    expect(terms.get("origin")).toMatchObject({ passages: 1, read: true });
    expect(terms.get("xylophone")).toMatchObject({ passages: 0, read: false });
    expect(terms.get("origin")?.information).toBeGreaterThan(0);
    expect(explanation?.matched[0]).toContain("origin");
    expect(explanation?.matched).toHaveLength(passages.length);
  });

  test("takes at most two round trips and 256 KB, however much there is", async () => {
    const text = Array.from({ length: 400 }, (_, word) => `common${word % 150} and`).join(" ");
    const many = Array.from({ length: 300 }, (_, index) =>
      sections(`${index}.md`, { Entry: `${text} ${"数据库".repeat(500)} rare${index}` }),
    );
    await openDocuments(database).ingest("many", many);
    const port = countingCalls(database);
    const query = `${text.slice(0, 1800)} rare17 数据库`;
    const { passages, explanation } = await createSearch(port)(query, { limit: 10, explain: true });
    expect(passages.length).toBeGreaterThan(0);
    expect(port.calls).toBe(2);
    expect(port.bytes).toBeLessThanOrEqual(256 * 1024);
    expect(explanation?.round_trips).toBe(2);
    expect(Math.abs((explanation?.bytes ?? 0) - port.bytes)).toBeLessThan(port.bytes * 0.2);
    await openDocuments(database).ingest("many", []);
  });

  test("takes no more of passages below long headings, in letters of three bytes", async () => {
    const heading = "图书馆".repeat(96);
    const headings = [1, 2, 3, 4, 5, 6].map((level) => `${"#".repeat(level)} ${heading}`);
    const many = Array.from({ length: 60 }, (_, index) => {
      const content = [...headings, `第${index}页。`.repeat(200)].join("\n\n");
      return { path: `${index}.md`, content, mediaType: "text/markdown" } as const;
    });
    await openDocuments(database).ingest("many", many);
    const port = countingCalls(database);
    const { passages } = await createSearch(port)("图书馆", { limit: 10 });
    expect(passages).toHaveLength(10);
    expect(port.calls).toBe(2);
    expect(port.bytes).toBeLessThanOrEqual(256 * 1024);
    await openDocuments(database).ingest("many", []);
  });

  test("with nothing ingested finds nothing", async () => {
    const documents = openDocuments(database);
    await documents.ingest("handbook", []);
    expect(await search("front end origin")).toMatchObject({ passages: [] });
    await documents.ingest("handbook", handbook);
  });
});

/** Counts what crosses the port, rows as JSON. */
function countingCalls(inner: Database) {
  const counted = { calls: 0, bytes: 0 };
  const note = <Rows>(rows: Rows): Rows => {
    counted.calls += 1;
    counted.bytes += new TextEncoder().encode(JSON.stringify(rows)).length;
    return rows;
  };
  const port: Database = {
    query: async (statement) => note(await inner.query(statement)),
    batch: async (statements) => note(await inner.batch(statements)),
  };
  return Object.assign(counted, port);
}
