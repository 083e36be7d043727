import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HubRequest {
  readonly path: string;
  readonly range: string | undefined;
}

/** A fault in sending a large file. */
export type HubFault =
  /** The connection breaks off after this many bytes. */
  | { readonly kind: "break-off"; readonly after: number }
  /** A byte in the middle is changed. */
  | { readonly kind: "corrupt" }
  | { readonly kind: "status"; readonly status: number };

export interface HubStandIn {
  /** The value for HF_ENDPOINT. */
  readonly url: string;
  readonly requests: HubRequest[];
  /** Applies a fault to the next read of a large file whose path has this ending; several faults queue up. */
  fault(path: string, fault: HubFault): void;
  close(): Promise<void>;
}

const commit = "0123456789abcdef0123456789abcdef01234567";

/**
 * Stands in for the model hub, which cannot be reached here: `GET /{owner}/{name}/resolve/{revision}/{path}`
 * answers small files with git's blob hash as their ETag, and redirects to the storage for large ones, with
 * their SHA-256 in X-Linked-ETag and their size in X-Linked-Size; the storage supports ranges.
 *
 * @param files content by repository and path, for example `owner/name/config.json`
 * @param largeFrom bytes from which a file counts as large
 */
export async function startHubStandIn(
  files: ReadonlyMap<string, Uint8Array>,
  largeFrom = 100_000,
): Promise<HubStandIn> {
  const requests: HubRequest[] = [];
  const faults: { readonly path: string; readonly fault: HubFault }[] = [];
  const server = createServer((incoming, outgoing) => {
    const path = decodeURIComponent(incoming.url ?? "");
    requests.push({ path, range: incoming.headers.range });
    const stored = /^\/storage\/(.+)$/.exec(path)?.[1];
    if (stored !== undefined) return serve(stored, incoming, outgoing);
    const [, repository, revision, name] =
      /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const content = files.get(`${repository}/${name}`);
    const headers = { "x-repo-commit": commit };
    if (!repository || ![...files.keys()].some((key) => key.startsWith(`${repository}/`))) {
      return outgoing.writeHead(401, { "x-error-code": "RepoNotFound" }).end();
    }
    if (revision !== "main" && revision !== commit) {
      return outgoing.writeHead(404, { "x-error-code": "RevisionNotFound" }).end();
    }
    if (content === undefined) {
      return outgoing.writeHead(404, { ...headers, "x-error-code": "EntryNotFound" }).end();
    }
    if (content.length < largeFrom) {
      const git = createHash("sha1").update(`blob ${content.length}\0`).update(content);
      outgoing.writeHead(200, { ...headers, etag: `"${git.digest("hex")}"` }).end(content);
      return;
    }
    const sha256 = createHash("sha256").update(content).digest("hex");
    const location = `/storage/${repository}/${name}`;
    const linked = { "x-linked-etag": `"${sha256}"`, "x-linked-size": content.length };
    outgoing.writeHead(302, { ...headers, ...linked, location }).end();
  });

  function serve(
    stored: string,
    { headers: { range } }: IncomingMessage,
    outgoing: ServerResponse,
  ): void {
    const content = files.get(stored);
    if (content === undefined) return void outgoing.writeHead(404).end();
    const found = faults.findIndex(({ path }) => stored.endsWith(path));
    const wrong = found < 0 ? undefined : faults.splice(found, 1)[0]?.fault;
    if (wrong?.kind === "status") return void outgoing.writeHead(wrong.status).end();
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    if (from >= content.length) return void outgoing.writeHead(416).end();
    const body = Buffer.from(content.subarray(from));
    // The storage's own ETag is no hash of the content.
    const etag = '"storage-1"';
    const length = { "content-length": body.length, etag };
    const span = `bytes ${from}-${content.length - 1}/${content.length}`;
    outgoing.writeHead(from > 0 ? 206 : 200, {
      ...length,
      ...(from > 0 && { "content-range": span }),
    });
    if (wrong?.kind === "corrupt")
      body.writeUInt8(body.readUInt8(body.length >> 1) ^ 1, body.length >> 1);
    if (wrong?.kind !== "break-off") return void outgoing.end(body);
    outgoing.write(body.subarray(0, wrong.after), () => outgoing.destroy());
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    fault: (path, fault) => void faults.push({ path, fault }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
