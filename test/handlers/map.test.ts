import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

/**
 * The paths that a text names in backticks, relative to the repository or to the text's folder: what holds a slash
 * or ends in an extension. What begins with a slash is a URL's path, and `<…>` stands for a name of the reader's own.
 */
function pathsIn(text: string): string[] {
  const spans = Array.from(text.matchAll(/`([^`\n]+)`/g), ([, span = ""]) => span);
  return [...new Set(spans.filter(isPath).flatMap(expandBraces))];
}

function isPath(span: string): boolean {
  return /^[^/\s<>…][^\s<>…]*$/.test(span) && /\/|\.[a-z]{2,5}$/.test(span);
}

/** `handlers/{contract,lib}` as two paths. */
function expandBraces(path: string): string[] {
  const [, before = "", choices, after = ""] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(path) ?? [];
  return choices?.split(",").map((choice) => `${before}${choice}${after}`) ?? [path];
}

function foldersIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

describe.each(["handlers", "adapters"])("%s/README.md", (folder) => {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const paths = pathsIn(readme);

  test("names paths", () => {
    expect(paths.length).toBeGreaterThan(10);
  });

  test.each(paths)("names %s, which exists", (path) => {
    expect([path, join(folder, path)].filter((each) => existsSync(each))).not.toEqual([]);
  });

  test.each(foldersIn(folder))("has %s/ in its map", (name) => {
    expect(readme).toMatch(new RegExp(`^\\|[^|]*\`${name}/\`[^|]*\\|`, "m"));
  });
});
