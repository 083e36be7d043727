import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { createSearch } from "../../../handlers/documents/search/search.ts";
import { openDocuments, sections } from "../../support/apps/documents.ts";
import { createRecordingLogger } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

let database: OpenDatabase;
beforeAll(async () => {
  database = await openTestDatabase(createRecordingLogger().logger);
});
afterAll(() => database.close());

const search = (query: string) => createSearch(database)(query, { limit: 5, explain: true });
const bestPath = async (query: string) => (await search(query)).passages[0]?.path;

function titled(path: string, title: string, parts: Readonly<Record<string, string>>) {
  const document = sections(path, parts);
  return { ...document, content: `# ${title}\n\n${document.content}` };
}

describe("a search for what a reader means", () => {
  test.each([
    ["instalation", "installation", "setup.md"],
    ["How do I do the isntallation?", "installation", "setup.md"],
    ["configuraton file", "configuration", "options.md"],
    ["Где описана устоновка?", "установка", "установка.md"],
    ["Πώς γίνεται η εγκατσάταση;", "εγκατάσταση", "εγκατάσταση.md"],
  ])("takes in %s the misspelt word for %s, and finds %s", async (query, meant, path) => {
    await openDocuments(database).ingest("documents", [
      sections("setup.md", { Start: "The installation takes a minute." }),
      sections("instances.md", { Instances: "A station installs instant instances of instances." }),
      sections("options.md", { Settings: "A configuration is read when the service starts." }),
      sections("figures.md", { Figures: "Figures are configured to be filed in a filing room." }),
      sections("установка.md", { Начало: "Установка занимает минуту." }),
      sections("остановка.md", { Конец: "Остановка занимает час, и уставы не нужны." }),
      sections("εγκατάσταση.md", { Αρχή: "Η εγκατάσταση διαρκεί ένα λεπτό." }),
    ]);
    const { asked, passages, explanation } = await search(query);
    expect(asked).toContain(meant);
    expect(passages[0]?.path).toBe(path);
    expect(explanation?.round_trips).toBe(2);
  });

  test.each(["How do I use it with Oranges?", "Do the brigs call?"])(
    "leaves in %s a word that may be another than the one it resembles",
    async (query) => {
      await openDocuments(database).ingest("documents", [
        sections("origins.md", { Origins: "The brings of an orange call for Orangers." }),
      ]);
      expect((await search(query)).asked).toBe(query);
    },
  );

  test("leaves a word that no passage has, nor one like it, as it is asked", async () => {
    await openDocuments(database).ingest("documents", [
      sections("origins.md", { Origins: "The browser may call from an origin." }),
    ]);
    const { asked, passages } = await search("origin zebras");
    expect(asked).toBe("origin zebras");
    expect(passages[0]?.coverage).toBeLessThan(0.7);
  });

  test.each([
    [
      "Hello everyone, I hope the weather is as lovely over there as it is here. I have been on holiday with my family, and the mountains were beautiful. Where does a hedgehog sleep in winter? Thank you so much for your help, and greetings from the lovely mountains.",
      "hedgehog.md",
    ],
    [
      "大家好，希望你们那里的天气也很好。我和家人一起去山里度假了，山里的风景很美。现在回到家里。刺猬冬天在哪里睡觉？非常感谢，祝大家在山里玩得开心。",
      "刺猬.md",
    ],
  ])("searches a long question by the sentence that asks: %s", async (query, path) => {
    await openDocuments(database).ingest("documents", [
      sections("hedgehog.md", { Hedgehogs: "In winter it sleeps under leaves." }),
      sections("travel.md", {
        Holiday: "A holiday with the family in the beautiful mountains, in lovely weather.",
      }),
      sections("刺猬.md", { 刺猬: "冬天它在树叶下面睡觉。" }),
      sections("旅行.md", { 度假: "和家人一起去山里度假，天气很好，风景很美，玩得开心。" }),
    ]);
    expect(await bestPath(query)).toBe(path);
  });

  test("finds the page whose title is the question before those whose titles contain it", async () => {
    const text = "Proxies stand between a proxy and what a proxy hides.";
    await openDocuments(database).ingest("documents", [
      titled("advanced.md", "Advanced proxies", { Chains: text, Rules: text, Limits: text }),
      titled("proxies.md", "Proxies", { Basics: "Proxies pass requests on." }),
    ]);
    expect(await bestPath("proxies")).toBe("proxies.md");
  });

  test("finds for the subject of the whole collection the page that introduces it", async () => {
    await openDocuments(database).ingest("documents", [
      ...Array.from({ length: 30 }, (_, index) =>
        titled(`guides/parts/${index}.md`, `Quillon part ${index}`, {
          Quillon: `Quillon and Quillon are what Quillon has as item ${index}.`,
        }),
      ),
      titled("start.md", "Welcome", { Welcome: "Quillon is a program for choirs of any size." }),
    ]);
    expect(await bestPath("What is Quillon?")).toBe("start.md");
  });

  test.each([
    ["useLantern", "identifiers.md"],
    ["use lantern", "identifiers.md"],
    ["lantern", "identifiers.md"],
    ["wick_length", "snake.md"],
    ["wick length", "snake.md"],
    ["create-candle", "kebab.md"],
    ["candle", "kebab.md"],
    ["candle.config.mjs", "dotted.md"],
    ["--burn", "flags.md"],
    ["flame:steady", "colon.md"],
    ["steady", "colon.md"],
  ])("finds an identifier whole and by its parts: %s", async (query, path) => {
    await openDocuments(database).ingest("documents", [
      sections("identifiers.md", { Hooks: "Call `useLantern()` in a component." }),
      sections("snake.md", { Options: "Set `wick_length` to a number of millimetres." }),
      sections("kebab.md", { Begin: "Run `npm init create-candle` in an empty folder." }),
      sections("dotted.md", { Files: "Everything is set in `candle.config.mjs` at the root." }),
      sections("flags.md", { Command: "With `--burn` it says what it does." }),
      sections("colon.md", { Directives: "Write `flame:steady` on the element." }),
    ]);
    expect(await bestPath(query)).toBe(path);
  });
});
