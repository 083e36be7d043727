import type { Source } from "../../contract/source.ts";
import { codeInText, readableText } from "../parsing/readable-text.ts";
import type { FoundPassage } from "../search/search.ts";

/** A passage as it is cited. */
export function toSource({
  text,
  media_type,
  coverage: _coverage,
  nearness: _nearness,
  ...place
}: FoundPassage): Source {
  const code = codeInText(text, media_type);
  const excerpt = readableText(text, media_type);
  return { ...place, excerpt, ...(code.length > 0 && { code }) };
}
