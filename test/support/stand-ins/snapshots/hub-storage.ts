import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { startFaultyServer, type FaultyServer, type PlainReply } from "./faulty-server.ts";

export interface LargeFileBatch {
  readonly objects: readonly { readonly oid: string; readonly size: number }[];
}

export interface HubStorage {
  readonly server: FaultyServer;
  /** By SHA-256. */
  readonly contents: ReadonlyMap<string, Buffer>;
  /** The answer to a request for uploads. */
  batch(asked: LargeFileBatch): object;
}

export function digestOf(algorithm: string, content: Buffer): string {
  return createHash(algorithm).update(content).digest("hex");
}

/**
 * Stands in for the storage behind the hub, an origin of its own that takes no token: large files by their SHA-256,
 * uploaded at once, or in parts of `partsFrom` bytes from that size on.
 */
export async function startHubStorage(partsFrom = Number.POSITIVE_INFINITY): Promise<HubStorage> {
  const contents = new Map<string, Buffer>();
  const parts = new Map<string, Buffer>();

  function batch({ objects }: LargeFileBatch): object {
    return {
      objects: objects.map(({ oid, size }) => {
        const href = `${server.url}/large/${oid}`;
        if (contents.has(oid)) return { oid, size };
        if (size < partsFrom) return { oid, size, actions: { upload: { href } } };
        const count = Math.ceil(size / partsFrom);
        const numbers = Array.from({ length: count }, (_, index) =>
          String(index + 1).padStart(5, "0"),
        );
        const addresses = numbers.map((number) => [number, `${server.url}/part/${oid}/${number}`]);
        const header = { chunk_size: String(partsFrom), ...Object.fromEntries(addresses) };
        return {
          oid,
          size,
          actions: { upload: { href: `${server.url}/complete/${oid}`, header } },
        };
      }),
    };
  }

  function serve(request: IncomingMessage, body: Buffer): PlainReply {
    if (request.headers.authorization !== undefined) return { status: 400 };
    const [, verb, oid = "", number = ""] = (request.url ?? "").split("/");
    switch (`${request.method} ${verb}`) {
      case "GET large":
        return { status: contents.has(oid) ? 200 : 404, body: contents.get(oid) ?? "" };
      case "PUT large":
        return store(oid, body);
      case "PUT part":
        parts.set(`${oid}/${number}`, body);
        return { status: 200, headers: { etag: `"${digestOf("md5", body)}"` } };
      case "POST complete": {
        const asked = JSON.parse(String(body)) as { parts: { partNumber: number; etag: string }[] };
        const found = asked.parts.map(({ partNumber, etag }) => {
          const part = parts.get(`${oid}/${String(partNumber).padStart(5, "0")}`);
          return part && etag === `"${digestOf("md5", part)}"` ? part : Buffer.alloc(0);
        });
        return store(oid, Buffer.concat(found));
      }
      default:
        return { status: 404 };
    }
  }

  function store(oid: string, content: Buffer): PlainReply {
    if (digestOf("sha256", content) !== oid) return { status: 400 };
    contents.set(oid, content);
    return { status: 200 };
  }

  const server = await startFaultyServer(serve);
  return { server, contents, batch };
}
