import { encodeUtf8, sha256, toHex } from "../../../handlers/lib/bytes.ts";

/** What the hub tells of a file: git's hash of it, or of the pointer to a large one, which has its SHA-256. */
export interface DatasetFile {
  readonly path: string;
  readonly oid: string;
  readonly size: number;
  readonly lfs?: { readonly oid: string; readonly size: number } | null | undefined;
}

/**
 * The version of a content: both hashes by which the hub may name it, because the hub decides how it stores a file.
 * SHA-1 is git's choice, and no secret depends on it.
 */
export async function versionOf(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const head = encodeUtf8(`blob ${content.length}\0`);
  const blob = new Uint8Array(head.length + content.length);
  blob.set(head);
  blob.set(content, head.length);
  const git = toHex(new Uint8Array(await crypto.subtle.digest("SHA-1", blob)));
  return `${git}.${toHex(await sha256(content))}`;
}

/** Whether the file has the content of that version. */
export function isOfVersion(file: DatasetFile | undefined, version: string): boolean {
  const [git, sha] = version.split(".");
  return file !== undefined && (file.lfs ? file.lfs.oid === sha : file.oid === git);
}

/** The SHA-256 in a version. */
export function sha256In(version: string): string {
  return version.split(".")[1] ?? "";
}
