import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const adminKey = "an administrator's key of more than thirty-two bytes";
const fence = "```";

const install = `---
title: Installing Gardenia
description: How to begin.
---
import { Steps } from "@site/components";

Gardenia is a command-line planner for vegetable beds.

## Install

<Steps>
1. Run the installer with your package manager:

    <Tabs>
      <TabItem value="pnpm">
      ${fence}sh
      pnpm create gardenia
      ${fence}
      </TabItem>
      <TabItem value="npm">
      ${fence}sh
      npm create gardenia
      ${fence}
      </TabItem>
    </Tabs>
2. Answer the questions about your beds.
</Steps>

## Watering schedule

:::tip[Save water]
Water before sunrise, because evaporation is lowest then.
:::

The watering schedule knows three modes:

- \`drip\`: a little all day
- \`flood\`: everything at once
- \`mist\`: for seedlings

## Settings

| Setting | Default | Meaning |
|---|---|---|
| \`BED_LIMIT\` | 12 | how many beds a garden may have |
| \`SEED_STORE\` | ./seeds | where seeds are kept |
| \`FROST_ALARM\` | off | whether a frost wakes you |

## Exporting

To export a plan as a calendar, call \`exportPlan\` with a file name:

${fence}js
import { exportPlan } from "gardenia";
const rows = plan.rows[1];
exportPlan(rows, "plan.ics");
${fence}

See [the format](/reference/calendar) or [RFC 5545](https://www.rfc-editor.org/rfc/rfc5545).[^1]

[^1]: A footnote.
`;

const frost = `# Frost

Frost kills tomatoes in May. Cover tomatoes with fleece overnight when frost is forecast.

Did you know that frost kills tomatoes?
`;

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey });
  await take("guide/install.mdx", install, "https://gardenia.example/guide/install");
  await take("guide/frost.md", frost, "https://gardenia.example/guide/frost");
  for (const name of ["Beans", "Carrots", "Leeks", "Onions", "Peas", "Radishes"]) {
    await take(`plants/${name}.md`, `# ${name}\n\n${name} grow in rows. Sow them in spring.`);
  }
});
afterAll(() => docent.close());

async function take(path: string, content: string, url?: string): Promise<void> {
  const authorization = `Bearer ${adminKey}`;
  const reply = await docent.post("/api/documents", { path, content, url }, { authorization });
  expect(reply.status).toBe(201);
}

interface Reply {
  readonly response: string;
  readonly sources: readonly { readonly path: string; readonly heading_path: readonly string[] }[];
  readonly related: readonly { readonly title: string; readonly url: string | null }[];
}

async function ask(message: string, more: object = {}): Promise<Reply> {
  const accept = { accept: "application/json" };
  const response = await docent.post("/api/chat", { message, ...more }, accept);
  return (await response.json()) as Reply;
}

describe("a quote", () => {
  test("of a step keeps its list and npm's tab, without the page's components", async () => {
    const { response } = await ask("How do I install Gardenia?");
    expect(response).toContain("1. Run the installer with your package manager:");
    expect(response).toContain(`${fence}sh\nnpm create gardenia\n${fence}`);
    expect(response).toContain("2. Answer the questions about your beds.");
    expect(response).not.toMatch(/pnpm|<\/?\w|import \{ Steps|description:/);
  });

  test("of a list has the sentence that introduces it, and its marker behind the last item", async () => {
    const { response } = await ask("Which modes does the watering schedule know?");
    expect(response).toContain(
      "The watering schedule knows three modes:\n\n- `drip`: a little all day\n- `flood`: everything at once\n- `mist`: for seedlings [1]",
    );
  });

  test("of a table is the row that answers under its header", async () => {
    const { response, sources } = await ask("SEED_STORE");
    expect(response).toBe(
      "| Setting | Default | Meaning |\n|---|---|---|\n| `SEED_STORE` | ./seeds | where seeds are kept |\n\n[1]",
    );
    expect(sources[0]?.heading_path).toEqual(["Settings"]);
  });

  test("of a table's later part keeps each row on a line of its own", async () => {
    const rows = Array.from({ length: 60 }, (_, row) => `| \`TOOL_${row}\` | shelf ${row} |`);
    rows.push("| `WHEELBARROW_PARKING` | behind the compost heap |");
    await take("tools.md", `# Tools\n\n| Tool | Place |\n|---|---|\n${rows.join("\n")}\n`);
    const { response } = await ask("WHEELBARROW_PARKING");
    expect(response).toBe(
      "| | |\n|---|---|\n| `WHEELBARROW_PARKING` | behind the compost heap |\n\n[1]",
    );
  });

  test("of code has its introduction, its brackets and its marker on a line of its own", async () => {
    const { response, sources } = await ask("How do I export a plan as a calendar?");
    expect(response).toContain(
      `To export a plan as a calendar, call \`exportPlan\` with a file name:\n\n${fence}js\nimport { exportPlan } from "gardenia";\nconst rows = plan.rows[1];\nexportPlan(rows, "plan.ics");\n${fence}\n\n[1]`,
    );
    expect(sources.map(({ path }) => path)).toEqual(["guide/install.mdx"]);
  });

  test("of a note is its text, and keeps only absolute links", async () => {
    const note = await ask("When is evaporation lowest?");
    expect(note.response).toBe("Water before sunrise, because evaporation is lowest then. [1]");
    const links = await ask("calendar format RFC 5545");
    expect(links.response).toContain(
      "See the format or [RFC 5545](https://www.rfc-editor.org/rfc/rfc5545).",
    );
  });

  test("is the definition for a term, and not a question that only repeats it", async () => {
    expect((await ask("What is Gardenia?")).response).toMatch(
      /^Gardenia is a command-line planner for vegetable beds\. \[1\]/,
    );
    const { response } = await ask("frost kills tomatoes");
    expect(response).toMatch(/^Frost kills tomatoes in May\. Cover tomatoes/);
    expect(response).not.toContain("Did you know");
  });

  test("streams as it is written", async () => {
    const message = "How do I export a plan as a calendar?";
    const stream = await (await docent.post("/api/chat", { message })).text();
    const events = stream
      .split("\n")
      .filter((line) => line.startsWith("data: "))
      .map((line) => JSON.parse(line.slice(6)) as { type: string; content?: string });
    const tokens = events.filter(({ type }) => type === "token").map(({ content }) => content);
    expect(tokens.join("")).toBe((await ask(message)).response);
  });

  test("of a selection is a block of it", async () => {
    const context = `Tools:\n\n- a spade for digging\n- a rake for leaves\n\n${fence}sh\ndig --deep\n${fence}`;
    const { response } = await ask("What is the rake for?", { mode: "selection", context });
    expect(response).toContain("- a rake for leaves");
    expect(response).not.toContain("dig --deep");
  });
});

describe("a refusal", () => {
  test.each([
    ["How do I connect Gardenia to Homebridge?", "The documents do not say"],
    ["¿Cómo conecto Gardenia con Homebridge?", "Los documentos no dicen"],
    ["Comment connecter Gardenia à Homebridge ?", "Les documents ne disent rien"],
    ["Wie verbinde ich das mit einem Staubsauger?", "Die Dokumente sagen dazu nichts"],
    ["Como faço para conectar isso ao Homebridge?", "Os documentos não dizem"],
    ["如何把它接入 Homebridge？", "文档中没有"],
    ["वॉशिंग मशीन कैसे चलाते हैं?", "दस्तावेज़ों में"],
    ["كيف أصل الغسالة بالإنترنت؟", "لا تذكر المستندات"],
    ["ওয়াশিং মেশিন কীভাবে চালাব?", "নথিগুলিতে"],
    ["Как подключить стиральную машину?", "В документах об этом"],
    ["واشنگ مشین کیسے چلاتے ہیں؟", "دستاویزات میں"],
    ["洗濯機をつなぐにはどうすればいいですか", "ドキュメントには"],
    ["세탁기를 어떻게 연결하나요?", "문서에는"],
  ])("is in the question's language: %s", async (question, beginning) => {
    const { response, sources } = await ask(question);
    expect(response.startsWith(beginning)).toBe(true);
    expect(response.length).toBeLessThanOrEqual(400);
    expect(sources).toEqual([]);
  });

  test.each(["How old are you?", "Who won the world cup?"])(
    "is what small talk and other subjects get: %s",
    async (question) => {
      const { response, sources } = await ask(question);
      expect(response).toMatch(/^The documents do not say anything about this\./);
      expect(sources).toEqual([]);
    },
  );

  test("names the pages that come closest, as links and as data", async () => {
    const { response, related } = await ask("How do I sync the watering schedule with Homebridge?");
    expect(related[0]).toMatchObject({
      title: "Installing Gardenia",
      url: "https://gardenia.example/guide/install",
      path: "guide/install.mdx",
    });
    expect(related.length).toBeLessThanOrEqual(3);
    expect(response).toContain("- [Installing Gardenia](https://gardenia.example/guide/install)");
  });

  test("comes with its pages in both streams, and an answer without any", async () => {
    const message = "How do I sync the watering schedule with Homebridge?";
    const events = await (await docent.post("/api/chat", { message })).text();
    const done = events.split("\n").find((line) => line.includes('"type":"done"'));
    expect(JSON.parse(done?.slice(6) ?? "")).toMatchObject({
      sources: [],
      related: [{ title: "Installing Gardenia" }, {}, {}],
    });
    const parts = [{ type: "text", text: message }];
    const body = { id: "a", messages: [{ id: "1", role: "user", parts }] };
    const stream = await (await docent.post("/api/chat", body)).text();
    expect(stream).toContain('"type":"data-related"');
    expect((await ask("Which modes does the watering schedule know?")).related).toEqual([]);
  });

  test("of a summary says that it takes a language model, and which settings bring one", async () => {
    const { response, sources } = await ask("Summarize the guide for me");
    expect(response).toMatch(/language model.*GEMINI_API_KEY/);
    expect(sources).toEqual([]);
    expect((await ask("总结一下这份文档")).response).toMatch(/语言模型.*GEMINI_API_KEY/);
    const poem = await ask("Schreibe mir ein Gedicht über die Bewässerung");
    expect(poem.response).toMatch(/^Das kann nur ein Sprachmodell.*GEMINI_API_KEY/);
  });
});
