import { encodeUtf8 } from "../../lib/bytes.ts";
import { Problem } from "../problem.ts";

/** A file of a `multipart/form-data` body. */
export interface UploadedFile {
  /** The name that the client gave; a browser's folder upload gives the whole path. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface SentForm {
  readonly files: readonly UploadedFile[];
  /** The other fields; of several with one name, the last. */
  readonly fields: Readonly<Record<string, string>>;
}

const maximumFiles = 100;

const hyphen = 45;

/** Files and other fields. Each part costs far more time to parse than its bytes let expect. */
const maximumParts = 200;
/** Bytes: two hyphens and a boundary of 70 characters (RFC 2046 §5.1.1). */
const longestDelimiter = 72;

/**
 * Reads a form (RFC 7578).
 *
 * @throws Problem 400 `invalid_form`; `invalid_input` for no file, more than 100, or more than 200 parts
 */
export async function readForm(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<SentForm> {
  if (countDelimiters(bytes, contentType) > maximumParts + 1) {
    throw new Problem(400, "invalid_input", `A form may have ${maximumParts} parts.`);
  }
  const files: UploadedFile[] = [];
  const fields: [string, string][] = [];
  for (const [name, value] of await parseForm(bytes, contentType)) {
    if (typeof value === "string") {
      fields.push([name, value]);
      continue;
    }
    if (files.length === maximumFiles) {
      throw new Problem(400, "invalid_input", `Send at most ${maximumFiles} files at once.`);
    }
    files.push({ path: value.name, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  if (files.length === 0) throw new Problem(400, "invalid_input", "The form holds no file.");
  return { files, fields: Object.fromEntries(fields) };
}

/** How often the form's delimiter occurs; counts no further than is allowed. */
function countDelimiters(bytes: Uint8Array, contentType: string): number {
  const [, quoted, bare = ""] = /;\s*boundary=(?:"([^"]*)"|([^;\s]*))/i.exec(contentType) ?? [];
  const delimiter = encodeUtf8(`--${quoted ?? bare}`);
  if (delimiter.length > longestDelimiter) {
    throw new Problem(400, "invalid_form", "The form's boundary is longer than 70 characters.");
  }
  let count = 0;
  let at = bytes.indexOf(hyphen);
  while (at >= 0 && count <= maximumParts + 1) {
    const isDelimiter = delimiter.every((byte, index) => bytes[at + index] === byte);
    if (isDelimiter) count += 1;
    at = bytes.indexOf(hyphen, at + (isDelimiter ? delimiter.length : 1));
  }
  return count;
}

async function parseForm(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    const headers = { "content-type": contentType };
    return await new Request("http://form", { method: "POST", headers, body: bytes }).formData();
  } catch (cause) {
    throw new Problem(400, "invalid_form", "The body is not a valid multipart form.", { cause });
  }
}
