// Writes the table of settings into README.md from the definitions that parse them: `node .tools/readme.ts`.
import { readFile, writeFile } from "node:fs/promises";
import { describeSettings } from "../handlers/settings.ts";

/** The README with its table of settings as the code has it. */
export function withSettings(readme: string): string {
  const rows = describeSettings({}).map(({ name, aliases, shown, purpose }) => {
    const others =
      aliases.length > 0 ? ` (${aliases.map((alias) => `\`${alias}\``).join(", ")})` : "";
    return `| \`${name}\`${others} | ${shown} | ${purpose} |`;
  });
  const table = ["| name (aliases) | default | |", "|---|---|---|", ...rows].join("\n");
  return readme.replace(
    /(<!-- settings -->\n)[^]*?(<!-- \/settings -->)/,
    (_, start: string, end: string) => `${start}${table}\n${end}`,
  );
}

if (import.meta.main) {
  await writeFile("README.md", withSettings(await readFile("README.md", "utf8")));
}
