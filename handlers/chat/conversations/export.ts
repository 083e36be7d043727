import type { ExportFormat } from "../../contract/conversation.ts";
import { formatMarker } from "../../contract/citation-marker.ts";
import type { Source } from "../../contract/source.ts";
import { escapeMarkdown, linkSource, nameOf } from "../answers/link-source.ts";
import type { WholeConversation, MessageRecord } from "./store.ts";

export interface ExportedFile {
  readonly body: string;
  readonly mediaType: string;
  readonly extension: string;
}

/** A conversation as a file: JSON with all fields, or Markdown with the sources under each answer. */
export function exportConversation(
  conversation: WholeConversation,
  format: ExportFormat,
): ExportedFile {
  switch (format) {
    case "json":
      return {
        body: `${JSON.stringify(conversation, null, 2)}\n`,
        mediaType: "application/json; charset=utf-8",
        extension: "json",
      };
    case "markdown":
      return {
        body: toMarkdown(conversation),
        mediaType: "text/markdown; charset=utf-8",
        extension: "md",
      };
    case "text":
      return {
        body: toText(conversation),
        mediaType: "text/plain; charset=utf-8",
        extension: "txt",
      };
  }
}

function toMarkdown({ title, messages }: WholeConversation): string {
  const parts = messages.flatMap((message) => [
    `## ${heading(message)}`,
    ...contentOf(message),
    ...listOf(message, (source, number) => `${number}. ${linkSource(source)}`),
  ]);
  return `${[`# ${escapeMarkdown(title)}`, ...parts].join("\n\n")}\n`;
}

function toText({ title, messages }: WholeConversation): string {
  const parts = messages.flatMap((message) => [
    `--- ${heading(message)} ---`,
    ...contentOf(message),
    ...listOf(message, (source, number) =>
      [formatMarker(number), nameOf(source), ...(source.url === null ? [] : [source.url])].join(
        " ",
      ),
    ),
  ]);
  return `${[title, ...parts].join("\n\n")}\n`;
}

function heading({ role, status, created_at }: MessageRecord): string {
  const time = `${created_at.slice(0, 16).replace("T", " ")} UTC`;
  const speaker = role === "user" ? "You" : "Docent";
  return [speaker, time, ...(status === "complete" ? [] : [status])].join(" · ");
}

function contentOf({ content }: MessageRecord): string[] {
  return content.trim() === "" ? [] : [content.trim()];
}

/** The sources of a message as one block, numbered like the markers in its text. */
function listOf(
  { sources }: MessageRecord,
  line: (source: Source, number: number) => string,
): string[] {
  if (sources.length === 0) return [];
  return ["Sources:", sources.map((source, index) => line(source, index + 1)).join("\n")];
}
