import * as v from "valibot";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { refusedByHub, type HubClient } from "./client.ts";

const action = v.object({
  href: v.string(),
  header: v.optional(v.record(v.string(), v.string()), {}),
});
const batchAnswer = v.object({
  objects: v.pipe(
    v.array(
      v.object({
        actions: v.optional(v.object({ upload: v.optional(action), verify: v.optional(action) })),
        error: v.optional(v.object({ code: v.number() })),
      }),
    ),
    v.minLength(1),
  ),
});
const lfsJson = "application/vnd.git-lfs+json";
const lfsHeaders = { accept: lfsJson, "content-type": lfsJson };

/**
 * Uploads a file by Git LFS's batch API, with the hub's own transfer `multipart` for the largest. A commit then
 * refers to it by its SHA-256. https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md
 *
 * @param oid the content's SHA-256
 * @throws PortFailure
 */
export async function uploadLargeFile(
  client: HubClient,
  content: Uint8Array<ArrayBuffer>,
  oid: string,
): Promise<void> {
  const size = content.length;
  const answer = await client.askJson(
    {
      method: "POST",
      path: `/datasets/${client.repository}.git/info/lfs/objects/batch`,
      headers: lfsHeaders,
      body: JSON.stringify({
        operation: "upload",
        transfers: ["basic", "multipart"],
        hash_algo: "sha_256",
        ref: { name: "main" },
        objects: [{ oid, size }],
      }),
    },
    batchAnswer,
  );
  const [object] = answer.objects;
  if (object?.error) {
    const status = object.error.code;
    throw refusedByHub({ status, headers: new Headers(), content: new Uint8Array() });
  }
  const { upload, verify } = object?.actions ?? {};
  // None: the hub has this content already.
  if (upload === undefined) return;
  const chunkSize = Number(upload.header["chunk_size"] ?? 0);
  if (chunkSize > 0) await uploadParts(client, content, oid, { ...upload, chunkSize });
  else await put(client, upload.href, content, upload.header);
  if (verify === undefined) return;
  const headers = { ...lfsHeaders, ...verify.header };
  await succeed(client, {
    method: "POST",
    path: verify.href,
    headers,
    body: JSON.stringify({ oid, size }),
  });
}

async function uploadParts(
  client: HubClient,
  content: Uint8Array<ArrayBuffer>,
  oid: string,
  { href, header, chunkSize }: v.InferOutput<typeof action> & { readonly chunkSize: number },
): Promise<void> {
  const parts: { partNumber: number; etag: string }[] = [];
  for (let from = 0; from < content.length; from += chunkSize) {
    const partNumber = parts.length + 1;
    // `00001` and so on.
    const address = header[String(partNumber).padStart(5, "0")];
    if (address === undefined) {
      const message = "The dataset's hub gave too few addresses for a large file";
      throw new PortFailure("unavailable", message, { retryable: true });
    }
    const etag = await put(client, address, content.slice(from, from + chunkSize), {});
    parts.push({ partNumber, etag: etag ?? "" });
  }
  await succeed(client, {
    method: "POST",
    path: href,
    headers: lfsHeaders,
    body: JSON.stringify({ oid, parts }),
  });
}

/** Returns the ETag. */
async function put(
  client: HubClient,
  path: string,
  body: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>>,
): Promise<string | null> {
  return succeed(client, { method: "PUT", path, headers, body });
}

async function succeed(
  client: HubClient,
  request: Parameters<HubClient["send"]>[0],
): Promise<string | null> {
  const reply = await client.send(request);
  if (reply.status < 200 || reply.status > 299) throw refusedByHub(reply);
  return reply.headers.get("etag");
}
