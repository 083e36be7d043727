import { PortFailure } from "../../../handlers/ports/failure.ts";
import type {
  PutCondition,
  SnapshotStore,
  StoredObject,
  StoredVersion,
} from "../../../handlers/ports/snapshot-store.ts";
import { pause } from "../../../handlers/lib/time.ts";
import { followRedirect, isRedirect, type TransferReply } from "../transfer.ts";
import { checkBucket } from "./check.ts";
import { createS3Client, type S3ClientOptions } from "./client.ts";
import { refusedByBucket, s3CodeOf, unusableBucket } from "./failures.ts";
import { isListed, listKeys } from "./list.ts";

export interface S3StoreOptions extends S3ClientOptions {
  /** Without a slash at its ends; may be empty. */
  readonly prefix: string;
}

/**
 * A bucket behind S3's API: any server with conditional writes (If-Match and If-None-Match of PutObject), path
 * style, no trailing checksums. An object's version is its ETag.
 */
export function createS3Store({ prefix, ...options }: S3StoreOptions): SnapshotStore {
  const client = createS3Client(options);
  const base = prefix === "" ? "" : `${prefix}/`;
  const keyOf = (name: string) => base + name;
  /** Where a GET tells no ETag, because it is a redirect for example, HEAD is asked before it. */
  let asksHead = false;

  async function put(
    name: string,
    content: Uint8Array,
    condition: PutCondition,
  ): Promise<StoredVersion> {
    const headers = {
      "content-type": "application/octet-stream",
      ...(condition.kind === "absent"
        ? { "if-none-match": "*" }
        : { "if-match": condition.version }),
    };
    const request = { method: "PUT", key: keyOf(name), headers, body: new Uint8Array(content) };
    for (let attempt = 1; ; attempt++) {
      const reply = await client.ask({ ...request, method: "PUT" });
      if (reply.status === 200 || reply.status === 201) {
        const version = etagOf(reply);
        if (version === undefined) throw unusableBucket("tells no ETags");
        return { version };
      }
      if (isConflict(reply, condition)) throw conflict();
      // Not written, and not told who was first: AWS asks to try again.
      const isUndecided = reply.status === 409;
      if (!isUndecided || attempt === 4) throw refusedByBucket(reply);
      await pause(50 * attempt);
    }
  }

  async function get(name: string): Promise<StoredObject | undefined> {
    const key = keyOf(name);
    // Before the GET: a version that is too old is refused later, one that is too new would not be.
    const known = asksHead ? await head(key) : undefined;
    if (asksHead && known === undefined) return undefined;
    const reply = await client.ask({ method: "GET", key });
    if (reply.status !== 200 && !isRedirect(reply)) {
      if (await isMissing(reply, key)) return undefined;
      throw refusedByBucket(reply);
    }
    const version = known ?? etagOf(reply);
    if (version === undefined) {
      asksHead = true;
      return get(name);
    }
    if (reply.status === 200) return { content: reply.content, version };
    const content = await followRedirect(reply, client.urlOf({ key }).href, client.transport);
    return { content, version };
  }

  /** The object's ETag; undefined where there is no such object. */
  async function head(key: string): Promise<string | undefined> {
    const reply = await client.ask({ method: "HEAD", key });
    if (reply.status === 200) {
      const version = etagOf(reply);
      if (version === undefined) throw unusableBucket("tells no ETags");
      return version;
    }
    if (await isMissing(reply, key)) return undefined;
    throw refusedByBucket(reply);
  }

  /** A missing key may answer 403 where the bucket cannot tell, or does not want to: its list does. */
  async function isMissing(reply: TransferReply, key: string): Promise<boolean> {
    if (reply.status === 404) return isMissingKey(reply);
    if (reply.status !== 403 || !["", "AccessDenied"].includes(s3CodeOf(reply))) return false;
    return !(await isListed(client, key));
  }

  async function remove(name: string): Promise<void> {
    const key = keyOf(name);
    const reply = await client.ask({ method: "DELETE", key });
    if (reply.status >= 200 && reply.status < 300) return;
    if (!(await isMissing(reply, key))) throw refusedByBucket(reply);
  }

  const store: SnapshotStore = {
    kind: "s3",
    durability: "confirmed",
    paceMilliseconds: 0,
    check: () => checkBucket(client, store, keyOf, () => (asksHead = true)),
    put,
    get,
    async list(beginning) {
      const found = await listKeys(client, keyOf(beginning));
      return found.map(({ name, size }) => ({ name: name.slice(base.length), size }));
    },
    async delete(names) {
      for (const name of names) await remove(name);
    },
  };
  return store;
}

function isConflict(reply: TransferReply, condition: PutCondition): boolean {
  if (reply.status === 412) return true;
  // If-Match of a key that is not there.
  return reply.status === 404 && condition.kind === "unchanged" && isMissingKey(reply);
}

/** Of a 404: NoSuchBucket, or a server's word for unknown credentials, is another matter. */
function isMissingKey(reply: TransferReply): boolean {
  return ["", "NoSuchKey", "NotFound"].includes(s3CodeOf(reply));
}

/** Without the mark of a weak one, which a proxy adds when it compresses and If-Match never takes (RFC 9110 §13.1.1). */
function etagOf({ headers }: TransferReply): string | undefined {
  return headers.get("etag")?.replace(/^W\//, "");
}

function conflict(): PortFailure {
  const message = "The object is there already, or has another version";
  return new PortFailure("conflict", message, { retryable: false });
}
