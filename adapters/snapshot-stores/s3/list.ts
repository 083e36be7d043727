import type { StoredName } from "../../../handlers/ports/snapshot-store.ts";
import type { S3Client } from "./client.ts";
import { refusedByBucket, unusableBucket } from "./failures.ts";

/** One page has up to 1,000 objects: a list never ends where the server repeats itself. */
const pageLimit = 1000;

/** All objects whose keys begin with the prefix, by ListObjectsV2. @throws PortFailure */
export async function listKeys(client: S3Client, prefix: string): Promise<StoredName[]> {
  const found: StoredName[] = [];
  let token: string | undefined;
  for (let page = 0; page < pageLimit; page++) {
    const next = await listPage(client, prefix, token === undefined ? {} : { token });
    found.push(...next.objects);
    if (next.token === undefined) return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    token = next.token;
  }
  throw unusableBucket("has too many objects, or its lists do not end");
}

/** Whether an object has that key. @throws PortFailure where the bucket cannot be listed */
export async function isListed(client: S3Client, key: string): Promise<boolean> {
  // Of all keys that begin with this one it comes first.
  const { objects } = await listPage(client, key, { limit: 1 });
  return objects[0]?.name === key;
}

interface KeyPage {
  readonly objects: readonly StoredName[];
  /** Of the next page. */
  readonly token: string | undefined;
}

async function listPage(
  client: S3Client,
  prefix: string,
  { token, limit }: { readonly token?: string; readonly limit?: number },
): Promise<KeyPage> {
  const query = {
    "list-type": "2",
    prefix,
    ...(token !== undefined && { "continuation-token": token }),
    ...(limit !== undefined && { "max-keys": String(limit) }),
  };
  const reply = await client.ask({ method: "GET", query });
  if (reply.status !== 200) throw refusedByBucket(reply);
  const xml = new TextDecoder().decode(reply.content);
  if (!xml.includes("<ListBucketResult")) throw unusableBucket("does not answer as an S3 server");
  const objects = Array.from(xml.matchAll(/<Contents>[^]*?<\/Contents>/g), ([object]) => ({
    name: elementOf(object, "Key") ?? "",
    size: Number(elementOf(object, "Size")),
  }));
  const isTruncated = elementOf(xml, "IsTruncated") === "true";
  return { objects, token: isTruncated ? elementOf(xml, "NextContinuationToken") : undefined };
}

function elementOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replaceAll(/&(#x?[\da-fA-F]+|\w+);/g, (entity, code: string) => {
    if (!code.startsWith("#")) return entities[code] ?? entity;
    return String.fromCodePoint(
      Number(code.startsWith("#x") ? `0${code.slice(1)}` : code.slice(1)),
    );
  });
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
