import { Problem } from "./problem.ts";

/** A file of a `multipart/form-data` body. */
export interface UploadedFile {
  /** The name that the client gave; a browser's folder upload gives the whole path. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const maximumFiles = 100;

/**
 * The files of a form (RFC 7578); its other fields are ignored.
 *
 * @throws Problem 400 `invalid_form`; `invalid_input` for no file or more than 100
 */
export async function readFiles(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<UploadedFile[]> {
  const files: UploadedFile[] = [];
  for (const value of (await parseForm(bytes, contentType)).values()) {
    if (typeof value === "string") continue;
    if (files.length === maximumFiles) {
      throw new Problem(400, "invalid_input", `Send at most ${maximumFiles} files at once.`);
    }
    files.push({ path: value.name, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  if (files.length === 0) throw new Problem(400, "invalid_input", "The form holds no file.");
  return files;
}

async function parseForm(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    const headers = { "content-type": contentType };
    return await new Request("http://form", { method: "POST", headers, body: bytes }).formData();
  } catch (cause) {
    throw new Problem(400, "invalid_form", "The body is not a valid multipart form.", { cause });
  }
}
