import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const adminKey = "an administrator's key of more than thirty-two bytes";
const fence = "```";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey });
});
afterAll(() => docent.close());

interface Reply {
  readonly response: string;
  readonly sources: readonly { readonly excerpt: string; readonly heading_path: string[] }[];
}

/** Asks about a page, which is the only one that has the question's words. */
async function ask(message: string, path: string, content: string): Promise<Reply> {
  const authorization = `Bearer ${adminKey}`;
  const taken = await docent.post("/api/documents", { path, content }, { authorization });
  expect(taken.ok).toBe(true);
  const accept = { accept: "application/json" };
  const response = await docent.post("/api/chat", { message }, accept);
  return (await response.json()) as Reply;
}

test("code that begins a list item is code, and what follows is not", async () => {
  const page = `# Kettle\n\nTo descale the kettle:\n\n1. ${fence}sh\n   kettle descale\n   # wait\n   ${fence}\n2. Empty the kettle.\n\nRinse it *twice*.`;
  const { response, sources } = await ask("How do I descale the kettle?", "kettle.md", page);
  expect(response).toContain(
    `To descale the kettle:\n\n${fence}sh\nkettle descale\n# wait\n${fence}`,
  );
  expect(sources[0]?.excerpt).toBe(
    "To descale the kettle:\n\nkettle descale\n# wait\nEmpty the kettle.\n\nRinse it twice.",
  );
});

test("code in a quote ends with its fence or with the quote", async () => {
  const page = `# Toaster\n\nTo toast:\n\n> ${fence}sh\n> toast\n> ${fence}\n>\n> A *warm* toaster is faster.\n\nAgain:\n\n> ${fence}\n> toast twice\n\nUnplug the **toaster**.`;
  const { sources } = await ask("Is a warm toaster faster?", "toaster.md", page);
  expect(sources[0]?.excerpt).toBe(
    "To toast:\n\ntoast\n\nA warm toaster is faster.\n\nAgain:\n\ntoast twice\n\nUnplug the toaster.",
  );
});

test.each([
  [
    '{{< hint info >}}\nBehind the flap is the {{< term text="fuse" id="f" >}}.\n{{< /hint >}}',
    "Behind the flap is the fuse.",
  ],
  [
    '{% hint style="info" %}\nBehind the flap is the fuse.\n{% endhint %}',
    "Behind the flap is the fuse.",
  ],
  ["Behind the flap is the fuse.\n{: .warning #fuse }", "Behind the flap is the fuse."],
  [
    "![A fuse](fuse.png){ width=100 }\n\nBehind the flap is [the fuse](f.md){:target='_blank'}.",
    "Behind the flap is the fuse.",
  ],
  ["> [!warning]- Danger\n> Behind the flap is the fuse.", "Behind the flap is the fuse."],
  ["Behind the flap is the [[Parts/fuse|fuse]].", "Behind the flap is the fuse."],
  ["[^1]: Behind the flap is the fuse.", "Behind the flap is the fuse."],
  [
    ":::{admonition} Danger\n:class: hot\nBehind the flap is the {ref}`fuse <f>`.\n:::",
    "Behind the flap is the fuse.",
  ],
  [
    "[[_TOC_]]\n\nBehind the flap is the [fuse][1].\n\n[1]: https://x.example/fuse",
    "Behind the flap is the fuse.",
  ],
  [
    "Behind the flap is the [fuse][the box].\n\n[the box]:\n  https://x.example/fuse\n*[MCB]: Breaker",
    "Behind the flap is the fuse.",
  ],
])("what a site's tools add is not quoted: %j", async (body, expected) => {
  const { response } = await ask("What is behind the flap?", "fuse.md", `# Oven\n\n${body}`);
  expect(response).toBe(`${expected} [1]`);
});

test("a tab's label and a note's title are found, and brackets that are none of a site's stay", async () => {
  const page = `# Iron\n\n{{< tab name="Steam iron" >}}\nFill in water.\n{{< /tab >}}\n\n!!! note "Scale"\n    Use vinegar, \\[\\[1]] and [[1, 2]] or {x} of it.\n\n=== "Dry iron"\n\n    Plug it in.`;
  const { sources } = await ask("How do I fill a steam iron?", "iron.md", page);
  expect(sources[0]?.excerpt).toBe(
    "Steam iron\nFill in water.\n\nScale\nUse vinegar, [[1]] and [[1, 2]] or {x} of it.\n\nDry iron\n\nPlug it in.",
  );
});

test("numbers in brackets that a page has are no citations", async () => {
  const page = "# Oven door\n\nThe oven door takes panes of [64, 32] or [1, 2] inches, seal 【5】.";
  const { response, sources } = await ask("Which panes does the oven door take?", "door.md", page);
  expect(response).toBe("The oven door takes panes of [64, 32] or [1, 2] inches, seal 【5】. [1]");
  expect(sources).toHaveLength(1);
});

test.each([
  ["text/html", "fan.html", (text: string) => `<h1>Fan</h1><p>${text.replaceAll("<", "&lt;")}</p>`],
  ["text/plain", "fan.txt", (text: string) => text],
])("what looks like a mark in %s is shown as it is", async (_, path, write) => {
  const page = write("A fan needs __init__, **kw, a * b_c, List<T> and the page [3] of 7.[2][5]");
  const { response } = await ask("What does a fan need?", path, page);
  expect(response).toBe(
    "A fan needs \\_\\_init\\_\\_, \\*\\*kw, a * b_c, List\\<T> and the page \\[3\\] of 7. [1]",
  );
});

test.each([
  ["GET http://pump.example:9200/_cat/pumps?a=_b lists every pump.", undefined],
  [
    "Pump[K](v) and a[b[0]](c) call every pump.",
    "Pump\\[K](v) and a\\[b\\[0\\]](c) call every pump.",
  ],
  ["~~~pump is a line of every pump.", "\\~\\~~pump is a line of every pump."],
])("plain text shows as it is: %s", async (text, shown = text) => {
  const { response } = await ask("What is with every pump?", "pump.txt", text);
  expect(response).toBe(`${shown} [1]`);
});

test("a list of a page of HTML is quoted as a list, with what introduces it", async () => {
  const steps = "<ol><li><p>Empty it.</p></li><li>Wait:<ul><li>an hour<li>a *day*</ul></ol>";
  const page = `<h1>Freezer</h1><p>To defrost the freezer:</p>${steps}<p>Bye.</p>`;
  const { response, sources } = await ask("How do I defrost the freezer?", "freezer.html", page);
  expect(response).toContain(
    "To defrost the freezer:\n\n1. Empty it.\n2. Wait:\n   - an hour\n   - a \\*day\\*",
  );
  expect(sources[0]?.excerpt).toBe(
    "To defrost the freezer:\n\nEmpty it.\nWait:\nan hour\na *day*\n\nBye.",
  );
});

test("a row of a page of HTML is quoted below its table's header", async () => {
  const header = "<tr><th><p>Mixer</p><th>Watts_max</tr>";
  const rows =
    "<tr><td><p>Alpha</p><td>450</tr><tr><td><p>Zeta whisk</p></td><td>900|950</td></tr>";
  const page = `<h1>Mixers</h1><p>All.</p><table>${header}${rows}</table>`;
  const { response, sources } = await ask("What has the Zeta whisk?", "mixers.html", page);
  expect(response).toContain("| Mixer | Watts_max |\n|---|---|\n| Zeta whisk | 900\\|950 |\n\n[1]");
  expect(sources[0]?.excerpt).toContain("Zeta whisk \u00B7 900|950");
});

test("a row far down a long table is quoted below the table's header, and a lone row alone", async () => {
  const names = [...Array.from({ length: 60 }, (_, index) => `Bolt ${index}`), "Zylinder"];
  const rows = names.map((name) => `<tr><td>${name} of the press<td>${"part ".repeat(8)}`).join("");
  const page = `<h1>Press</h1><table><tr><th>Spare<th>Kind</tr>${rows}</table>`;
  const { response } = await ask("What is the Zylinder of the press?", "press.html", page);
  expect(response).toContain("| Spare | Kind |\n|---|---|\n| Zylinder of the press |");
  const lone = "<h1>Stapler</h1><table><tr><th>Staples of the stapler<th>24/6</tr></table>";
  const other = await ask("Which staples has the stapler?", "stapler.html", lone);
  expect(other.response).toContain("| Staples of the stapler | 24/6 |");
});

test("code of a page of HTML keeps its lines, with what introduces it", async () => {
  const code = "# starts the hoover\nif full:\n    empty()\n\nhoover()";
  const page = `<h1>Hoover</h1><p>To start the hoover:</p><pre><code>${code}</code></pre><p>Bye.</p>`;
  const { response, sources } = await ask("How do I start the hoover?", "hoover.html", page);
  expect(response).toContain(`To start the hoover:\n\n${fence}\n${code}\n${fence}\n\n[1]`);
  const excerpt = `To start the hoover:\n\n${code}\n\nBye.`;
  const start = excerpt.indexOf(code);
  expect(sources[0]).toMatchObject({ excerpt, code: [{ start, end: start + code.length }] });
});

test("an index in double brackets is no link to a page", async () => {
  const page =
    "# Rope\n\nThe rope is cut by rope[[i]], ropes(x)[[cols]] and [[Parts/knife|knife]].";
  const { response, sources } = await ask("What is the rope cut by?", "rope.md", page);
  expect(response).toBe("The rope is cut by rope[[i]], ropes(x)[[cols]] and knife. [1]");
  expect(sources[0]?.excerpt).toBe("The rope is cut by rope[[i]], ropes(x)[[cols]] and knife.");
});

test("lines of code that resemble a site's includes stay, and includes go", async () => {
  const code = "{!! $kite !!}\n{* a kite *}\n<<<<<<< HEAD\n=======\n>>>>>>> main";
  const includes = "{! kite.md !}\n{* ../src/kite.py hl[1] *}\n<<< @/kite.js";
  const page = `# Kite\n\nTo fly a kite:\n\n${fence}\n${includes}\n${code}\n${fence}\n`;
  const { response } = await ask("How do I fly a kite?", "kite.md", page);
  expect(response).toBe(`To fly a kite:\n\n${fence}\n${code}\n${fence}\n\n[1]`);
});

test("a number in brackets stays where it is no footnote's", async () => {
  const page = "# Ladder\n\nThe ladder is [3] metres long.[4]";
  const { response, sources } = await ask("How long is the ladder?", "ladder.md", page);
  expect(response).toBe("The ladder is \\[3\\] metres long. [1]");
  expect(sources).toHaveLength(1);
});

test("commands that are code by their indentation keep their lines", async () => {
  const page =
    "# Mixer\n\nTo clean the mixer:\n\n    mixer stop\n    mixer clean --all\n\n- Dry it.\n\n    Then *oil* it.\n";
  const { response, sources } = await ask("How do I clean the mixer?", "mixer.md", page);
  expect(response).toContain(
    `To clean the mixer:\n\n${fence}\nmixer stop\nmixer clean --all\n${fence}`,
  );
  expect(sources[0]?.excerpt).toBe(
    "To clean the mixer:\n\nmixer stop\nmixer clean --all\n\nDry it.\n\nThen oil it.",
  );
  const bare = "# Grill\n\n## Light the grill\n\n    grill on\n    grill wait\n";
  const lit = await ask("How do I light the grill?", "grill.md", bare);
  expect(lit.response).toBe(`${fence}\ngrill on\ngrill wait\n${fence}\n\n[1]`);
});

test("a fence that stands deeper than the text of its step is still a fence", async () => {
  const page = `# Iron\n\nTo clean the iron:\n\n1. Let it cool.\n\n   Then run:\n\n    ${fence}sh\n    iron clean\n    ${fence}\n\n   It *hisses*.`;
  const { response, sources } = await ask("How do I clean the iron?", "iron.md", page);
  expect(response).toContain("iron clean");
  expect(response).not.toContain("````");
  expect(sources[0]?.excerpt).toBe(
    "To clean the iron:\n\nLet it cool.\n\nThen run:\n\niron clean\n\nIt hisses.",
  );
});

test("a note that is cut into passages is text in each", async () => {
  const filler = "Every wheel is round and every spoke is thin and straight. ".repeat(8).trim();
  const last = `    The bell is *loud*.\n\n    ${fence}sh\n    ring:\n      bell\n    ${fence}`;
  const page = `# Bicycle\n\n=== "Bell"\n\n${`    ${filler}\n\n`.repeat(7)}${last}\n\nRide on.\n\n    ride`;
  const { response, sources } = await ask("Is the bell loud?", "bicycle.md", page);
  expect(response).toContain("The bell is *loud*.");
  expect(response).not.toContain("````");
  expect(sources[0]?.excerpt).toMatch(
    /The bell is loud\.\n\nring:\n {2}bell\n\nRide on\.\n\nride$/,
  );
});

test("what is indented is text in a note, in a component and in MDX", async () => {
  const note = '# Saw\n\n!!! note "Saw"\n    Oil the saw.\n\n    A dry saw is *loud*.';
  expect((await ask("Is a dry saw loud?", "saw.md", note)).response).toContain(
    "A dry saw is *loud*.",
  );
  const tab = "# Drill\n\n<Tab>\n\n    A cold drill is *slow*.\n\n</Tab>";
  expect((await ask("Is a cold drill slow?", "drill.md", tab)).response).toBe(
    "A cold drill is *slow*. [1]",
  );
  const mdx = "# File\n\nIt is here.\n\n    A new file is *sharp*.";
  expect((await ask("Is a new file sharp?", "file.mdx", mdx)).response).toContain(
    "A new file is *sharp*. [1]",
  );
});

test("a heading with nothing below it answers only by what it says", async () => {
  const lamp = "# Lamp\n\n## Colours\n\n### Lamp colours\n\n## Bulbs\n\nText.";
  const asked = await ask("What are the lamp colours?", "lamp.md", lamp);
  expect(asked.response).toMatch(/^The documents do not say anything about this\./);
  expect(asked.sources).toEqual([]);
  const socket = "# Socket\n\n## Sockets click in winter\n\n## Plugs\n\nText.";
  const said = await ask("When do sockets click?", "socket.md", socket);
  expect(said.response).toBe("Sockets click in winter [1]");
});
