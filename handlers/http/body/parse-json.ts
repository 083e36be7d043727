import { maximumDepth } from "../../lib/text.ts";
import { Problem } from "../problem.ts";

/**
 * The most values in a body: objects, lists and what is in them. It bounds the time that parsing and validating take.
 * A body of 256 KB reaches it with 26 bytes a value; the sources and results in a conversation have 30 and more.
 */
const maximumValues = 10_000;

/**
 * Parses a body as JSON. What would be expensive to parse is refused before.
 *
 * @throws Problem 400 `invalid_json`, also for more than 32 levels or 10,000 values; `invalid_encoding`
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  checkShape(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem(400, "invalid_json", "The body is not valid JSON.", { cause });
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem(400, "invalid_encoding", "The body is not valid UTF-8.", { cause });
  }
}

/** Counts brackets and commas outside strings, before anything is parsed. */
function checkShape(text: string): void {
  let depth = 0;
  let values = 1;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 34) index = endOfString(text, index);
    else if (unit === 91 || unit === 123) {
      depth += 1;
      values += 1;
      if (depth > maximumDepth) throw tooComplex(`is nested deeper than ${maximumDepth} levels`);
    } else if (unit === 93 || unit === 125) depth -= 1;
    else if (unit === 44) values += 1;
    if (values > maximumValues) throw tooComplex(`has more than ${maximumValues} values`);
  }
}

/** The index of the quote that ends the string which begins at `start`; the text's length where none does. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 92) index += 1;
    else if (unit === 34) return index;
  }
  return text.length;
}

function tooComplex(what: string): Problem {
  return new Problem(400, "invalid_json", `The JSON ${what}.`);
}
