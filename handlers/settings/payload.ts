import * as v from "valibot";
import type { Kind } from "./kinds.ts";

/** Docent's field → the dotted path in the payload of a Qdrant collection that another system filled. */
export type PayloadMapping = Readonly<Partial<Record<PayloadField, string>>> & {
  readonly text: string;
};

const fields = ["text", "path", "title", "url", "heading_path"] as const;
type PayloadField = (typeof fields)[number];

/** What `parsePayloadMapping` accepts, for error messages. */
const payloadForm = `pairs of our field and theirs, text=content,path=file_path for example; text is needed, ${fields.slice(1).join(", ")} may follow`;

/** Reads `text=content,path=file_path`; undefined when it is anything else. */
function parsePayloadMapping(value: string): PayloadMapping | undefined {
  const mapping: Partial<Record<PayloadField, string>> = {};
  for (const pair of value.split(",")) {
    const [ours = "", theirs = "", ...more] = pair.split("=").map((part) => part.trim());
    const field = fields.find((name) => name === ours);
    if (!field || more.length > 0 || mapping[field] || !/^[\w.-]+$/.test(theirs)) return undefined;
    mapping[field] = theirs;
  }
  const { text } = mapping;
  return text ? { ...mapping, text } : undefined;
}

/** The setting QDRANT_PAYLOAD. */
export const payload: Kind<PayloadMapping> = {
  schema: v.pipe(v.string(), v.transform(parsePayloadMapping), v.custom<PayloadMapping>(Boolean)),
  form: payloadForm,
};
