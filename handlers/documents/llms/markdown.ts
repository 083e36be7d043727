import { toOneLine } from "../../lib/text.ts";
import type { PublishedDocument, PublishedPassage } from "./store.ts";

/** UTF-16 units of a title or heading, at most. */
const lineLength = 500;

/** The start of a document's text: its title, its description and its address. */
export function headMarkdown({ title, description, url }: PublishedDocument): string {
  const parts = [`# ${line(title)}`];
  if (description !== null) parts.push(`> ${line(description)}`);
  if (url !== null) parts.push(`Source: <${url}>`);
  return `${parts.join("\n\n")}\n`;
}

/** A passage with the headings above it that the passage before it does not stand under. */
export function passageMarkdown(
  { heading_path: path, text }: PublishedPassage,
  previous: readonly string[],
): string {
  const headings = path
    .slice(sharedLength(path, previous))
    .map((heading, index, added) => ({ heading, level: path.length - added.length + index + 2 }))
    .map(({ heading, level }) => `${"#".repeat(Math.min(level, 6))} ${line(heading)}`);
  return [...headings, text].map((part) => `\n${part}\n`).join("");
}

/** How many headings the passage shares with the one before. Below a subsection, a section's own heading is repeated. */
function sharedLength(path: readonly string[], previous: readonly string[]): number {
  const differs = path.findIndex((heading, index) => heading !== previous[index]);
  if (differs >= 0) return differs;
  return path.length < previous.length ? Math.max(path.length - 1, 0) : path.length;
}

/** A line of llms.txt: a link, and what is known about the document. */
export function linkMarkdown({ title, description }: PublishedDocument, address: string): string {
  const label = line(title).replaceAll(/[[\]\\]/g, "\\$&");
  return `- [${label}](${address})${description === null ? "" : `: ${line(description)}`}\n`;
}

function line(text: string): string {
  return toOneLine(text, lineLength);
}
