import type { Schemas } from "@qdrant/js-client-rest";
import type { ForeignPassage } from "../../../handlers/ports/vector-store.ts";

/** Our field → the dotted path in a point's payload. */
export interface ForeignFields {
  readonly text: string;
  readonly path?: string;
  readonly title?: string;
  readonly url?: string;
  readonly heading_path?: string;
}

/** A point as a passage; undefined for one without a text. */
export function foreignPassageOf(
  { id, payload, score }: Schemas["ScoredPoint"],
  fields: ForeignFields,
  distance: Schemas["Distance"],
): ForeignPassage | undefined {
  const words = (path: string | undefined) => textAt(payload, path);
  const text = words(fields.text);
  if (text === "") return undefined;
  const headings = valueAt(payload, fields.heading_path);
  const headingPath = (Array.isArray(headings) ? headings : [headings]).filter(
    (heading): heading is string => typeof heading === "string" && heading !== "",
  );
  const path = words(fields.path);
  const title = words(fields.title) || headingPath[0] || path;
  const url = words(fields.url) || null;
  return {
    id: String(id),
    path,
    title,
    url,
    headingPath,
    text,
    nearness: nearnessOf(score, distance),
  };
}

type Payload = Schemas["ScoredPoint"]["payload"];

/** The value at a dotted path. */
function valueAt(payload: Payload, path: string | undefined): unknown {
  return path?.split(".").reduce<unknown>((value, name) => {
    const isObject = typeof value === "object" && value !== null;
    return isObject ? (value as Record<string, unknown>)[name] : undefined;
  }, payload ?? {});
}

/** The text at a dotted path; empty where there is none. */
export function textAt(payload: Payload, path: string | undefined): string {
  const value = valueAt(payload, path);
  return typeof value === "string" ? value : "";
}

/** The cosine behind Qdrant's score, for vectors of length 1; Manhattan's has none and gives an order only. */
function nearnessOf(score: number, distance: Schemas["Distance"]): number {
  if (distance === "Euclid") return 1 - score ** 2 / 2;
  return distance === "Manhattan" ? 1 / (1 + score) : score;
}
