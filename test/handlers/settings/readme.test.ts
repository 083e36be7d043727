import { readFileSync } from "node:fs";
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

  test("is of this version", () => {
    expect(version).toBe(manifest.version);
  });
});
