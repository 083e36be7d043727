import * as v from "valibot";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { toBase64 } from "../../../handlers/lib/bytes.ts";
import type { HubClient } from "./client.ts";
import { uploadLargeFile } from "./large-files.ts";
import { sha256In } from "./versions.ts";

const preuploadAnswer = v.object({
  files: v.pipe(
    v.array(
      v.object({
        uploadMode: v.picklist(["lfs", "regular"]),
        shouldIgnore: v.optional(v.boolean()),
      }),
    ),
    v.minLength(1),
  ),
});
/** A line of a commit. */
export type CommitLine = {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
};

/**
 * Asks how the hub wants a file, uploads it if it is to be a large one, and returns the commit's line for it.
 *
 * @throws PortFailure `unauthorized` where the token may not write
 */
export async function uploadFile(
  client: HubClient,
  path: string,
  content: Uint8Array<ArrayBuffer>,
  version: string,
): Promise<CommitLine> {
  if ((await uploadModeOf(client, path, content)) === "regular") {
    return { key: "file", value: { path, content: toBase64(content), encoding: "base64" } };
  }
  const oid = sha256In(version);
  await uploadLargeFile(client, content, oid);
  return { key: "lfsFile", value: { path, algo: "sha256", oid, size: content.length } };
}

/** Refused where the token may not write, so that it serves as a test of that. @throws PortFailure */
export async function uploadModeOf(
  client: HubClient,
  path: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<"lfs" | "regular"> {
  const sample = toBase64(content.subarray(0, 512));
  const answer = await client.askJson(
    {
      method: "POST",
      path: `/api/datasets/${client.repository}/preupload/main`,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ files: [{ path, size: content.length, sample }] }),
    },
    preuploadAnswer,
  );
  const [file] = answer.files;
  if (file?.shouldIgnore) {
    const message = "The dataset's .gitignore leaves the backup out";
    throw new PortFailure("invalid", message, { retryable: false });
  }
  return file?.uploadMode ?? "regular";
}
