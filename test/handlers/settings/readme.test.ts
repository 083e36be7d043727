import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { withTables } from "../../../.tools/readme.ts";
import { version } from "../../../handlers/lib/version.ts";

const readme = readFileSync("README.md", "utf8");
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  version: string;
  dependencies: Record<string, string>;
};

describe("the README", () => {
  test("has the tables of settings and runtimes that the code has (node .tools/readme.ts writes it)", () => {
    expect(readme).toBe(withTables(readme));
  });

  test("begins with front matter that the Hub accepts", () => {
    const matter = /^---\n([^]*?)\n---\n/.exec(readme)?.[1] ?? "";
    const value = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(matter)?.[1] ?? "";
    expect(value("short_description").length).toBeGreaterThan(0);
    expect(value("short_description").length).toBeLessThanOrEqual(60);
    const colours = ["red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"];
    expect(colours).toContain(value("colorFrom"));
    expect(colours).toContain(value("colorTo"));
    expect(value("sdk")).toBe("docker");
    expect(value("app_port")).toBe("7860");
    expect(value("license")).toBe("mit");
  });

  test.each(Object.keys(manifest.dependencies))("gives a reason for %s", (name) => {
    expect(readme).toMatch(
      new RegExp(`^\\|[^|]*${name.replaceAll("/", "\\/")}[^|]*\\| .{10,} \\|$`, "m"),
    );
  });

  test.each(linksOf(readme))("links to %s, which exists", (target) => {
    if (target.startsWith("#")) expect(anchorsOf(readme)).toContain(target.slice(1));
    else expect(existsSync(target)).toBe(true);
  });

  test("links to its chapters", () => {
    expect(linksOf(readme).filter((target) => target.startsWith("#")).length).toBeGreaterThan(10);
  });

  test.each(["handlers", "adapters", "test"].flatMap(foldersIn))("has %s/ in its map", (path) => {
    const [parent = "", folder = ""] = path.split("/");
    const map = readme.split(`| folder in \`${parent}/\` |`)[1]?.split("\n\n")[0];
    expect(map).toMatch(new RegExp(`^\\|[^|]*\`${folder}/\`[^|]*\\|`, "m"));
  });

  test("is of this version", () => {
    expect(version).toBe(manifest.version);
  });
});

/** The targets of its links that stay in the repository, each once. */
function linksOf(markdown: string): string[] {
  const targets = Array.from(markdown.matchAll(/\]\(([^)\s]+)\)/g), ([, target = ""]) => target);
  return [...new Set(targets.filter((target) => !/^https?:/.test(target)))];
}

/** The anchors of its headings, as GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  const text = markdown.replaceAll(/^```[^]*?^```$/gm, "");
  return Array.from(text.matchAll(/^#{1,6} (.*)$/gm), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function foldersIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${folder}/${name}`);
}
