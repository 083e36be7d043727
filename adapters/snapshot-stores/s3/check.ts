import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { PutCondition, SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import { encodeUtf8 } from "../../../handlers/lib/bytes.ts";
import { followRedirect, isRedirect, textOfReply } from "../transfer.ts";
import type { S3Client } from "./client.ts";
import { unusableBucket } from "./failures.ts";
import { isListed } from "./list.ts";

/**
 * Tries everything that backups rely on with an object of its own: the credentials, conditional writes, and that
 * nobody reads or lists the bucket without credentials.
 *
 * @param askHead makes the store ask for an object's version separately, where what GET says is another one
 * @throws PortFailure `invalid` where the bucket ignores conditions or is public
 */
export async function checkBucket(
  client: S3Client,
  store: SnapshotStore,
  keyOf: (name: string) => string,
  askHead: () => void,
): Promise<void> {
  await isListed(client, keyOf("lease.json"));
  const name = `check/${crypto.randomUUID()}`;
  const content = encodeUtf8(name);
  const isAccepted = async (condition: PutCondition): Promise<boolean> => {
    try {
      await store.put(name, content, condition);
      return true;
    } catch (error) {
      if (error instanceof PortFailure && error.code === "conflict") return false;
      throw error;
    }
  };
  try {
    const { version } = await store.put(name, content, { kind: "absent" });
    if (await isAccepted({ kind: "absent" })) throw unusableBucket("ignores If-None-Match");
    if (await isAccepted({ kind: "unchanged", version: '"0123456789abcdef"' })) {
      throw unusableBucket("ignores If-Match");
    }
    if ((await store.get(name))?.version !== version) {
      askHead();
      if ((await store.get(name))?.version !== version) {
        throw unusableBucket("tells another ETag when it is read than when it is written");
      }
    }
    if (await isPublic(client, keyOf(name), content)) {
      throw unusableBucket("is public: anyone could read the backup. Make it private");
    }
  } finally {
    await store.delete([name]).catch(() => undefined);
  }
}

async function isPublic(
  client: S3Client,
  key: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const list = await client.askAnonymously({ method: "GET", query: { "list-type": "2" } });
  if (list.status === 200 && textOfReply(list).includes("<ListBucketResult")) return true;
  const reply = await client.askAnonymously({ method: "GET", key });
  if (reply.status === 200) return isSame(reply.content, content);
  if (!isRedirect(reply)) return false;
  try {
    const from = client.urlOf({ key }).href;
    return isSame(await followRedirect(reply, from, client.transport), content);
  } catch {
    // A page to sign in on, for example, that cannot be reached.
    return false;
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
