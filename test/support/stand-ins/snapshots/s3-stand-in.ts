import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { startFaultyServer, type FaultyServer, type PlainReply } from "./faulty-server.ts";
import { verifySignature, type S3Error, type S3Keys } from "./s3-signature.ts";

export interface S3StandInOptions {
  readonly region?: string;
  /** GetObject answers 302 to another origin, which takes no credentials. */
  readonly redirects?: "with-etag" | "without-etag" | "none";
  /** What a missing key answers. */
  readonly missing?: 404 | 403;
  /** Objects on a page of a list. */
  readonly pageSize?: number;
  /** What may be done without credentials. */
  readonly anonymous?: "nothing" | "read" | "list";
  /** Whether PutObject honours If-Match and If-None-Match. */
  readonly conditions?: "honoured" | "ignored";
  /** What its clock adds to this machine's, milliseconds. */
  readonly clockError?: number;
}

interface StoredInBucket {
  readonly content: Buffer;
  readonly etag: string;
}

export interface S3StandIn {
  /** BACKUP_ENDPOINT: the namespace is in its path, as at the Hub's gateway. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly keys: S3Keys;
  /** By key. Tests may damage or delete them. */
  readonly objects: Map<string, StoredInBucket>;
  /** With its traffic and the switch for faults; so has the edge. */
  readonly gateway: FaultyServer;
  /** Serves what GetObject redirects to. */
  readonly edge: FaultyServer;
  readonly stop: () => Promise<void>;
}

const namespace = "somebody";
const bucket = "backups";

/**
 * Stands in for an S3 server with conditional writes, such as the Hub's bucket gateway, which cannot be reached here:
 * path style, signatures really verified, PutObject with If-Match and If-None-Match, GetObject (which ignores both)
 * answered by a redirect, ListObjectsV2 only, without checksum trailers, versions or multipart uploads.
 * `test/adapters/snapshot-stores/s3-servers.test.ts` compares it with a real server where one is installed.
 */
export async function startS3StandIn(options: S3StandInOptions = {}): Promise<S3StandIn> {
  const { region = "us-east-1", redirects = "none", anonymous = "nothing" } = options;
  const keys = { accessKeyId: "HFAKSTANDIN", secretAccessKey: `secret/${randomUUID()}` };
  const objects = new Map<string, StoredInBucket>();
  const onEdge = new Map<string, Buffer>();
  const now = () => Date.now() + (options.clockError ?? 0);

  function serve(request: IncomingMessage, body: Buffer): PlainReply {
    const [path = "", search = ""] = (request.url ?? "").split("?");
    const [, space, name, ...segments] = path.split("/").map(decodeURIComponent);
    const key = segments.join("/");
    const query = new URLSearchParams(search);
    const isList = request.method === "GET" && key === "";
    const isOpen =
      anonymous === "list" ? isList : anonymous === "read" && request.method === "GET" && !isList;
    if (request.headers.authorization !== undefined || !isOpen) {
      const refused = verifySignature(request, body, { keys, region, now: now() });
      if (refused) return errorReply(refused);
    }
    if (space !== namespace || name !== bucket)
      return errorReply({ status: 404, code: "NoSuchBucket" });
    if (isList) return list(query);
    if (key === "" || /^\/|\/\/|\/$|(^|\/)\.\.?(\/|$)/.test(key) || search !== "") {
      return errorReply({ status: 501, code: "NotImplemented" });
    }
    switch (request.method ?? "") {
      case "PUT":
        return put(key, body, request);
      case "GET":
      case "HEAD":
        return read(key, request.method === "HEAD" ? "HEAD" : "GET");
      case "DELETE":
        objects.delete(key);
        return { status: 204 };
      default:
        return errorReply({ status: 405, code: "MethodNotAllowed" });
    }
  }

  function put(key: string, content: Buffer, { headers }: IncomingMessage): PlainReply {
    const found = objects.get(key);
    const { "if-match": match, "if-none-match": noneMatch } = headers;
    if (options.conditions !== "ignored") {
      if (noneMatch !== undefined && noneMatch !== "*")
        return errorReply({ status: 501, code: "NotImplemented" });
      if (match !== undefined && !found) return errorReply({ status: 404, code: "NoSuchKey" });
      if ((noneMatch && found) || (match !== undefined && match !== found?.etag)) {
        return errorReply({ status: 412, code: "PreconditionFailed" });
      }
    }
    const etag = `"${createHash("md5").update(content).digest("hex")}"`;
    objects.set(key, { content, etag });
    return { status: 200, headers: { etag } };
  }

  function read(key: string, method: "GET" | "HEAD"): PlainReply {
    const found = objects.get(key);
    if (!found) {
      const status = options.missing ?? 404;
      return errorReply({ status, code: status === 404 ? "NoSuchKey" : "AccessDenied" });
    }
    const headers = { etag: found.etag, "content-type": "application/octet-stream" };
    if (method === "HEAD" || redirects === "none") {
      return { status: 200, headers, body: found.content };
    }
    const ticket = randomUUID();
    onEdge.set(ticket, found.content);
    const location = `${edge.url}/${key}?ticket=${ticket}`;
    const etag = redirects === "with-etag" ? { etag: found.etag } : undefined;
    return { status: 302, headers: { location, ...etag } };
  }

  function list(query: URLSearchParams): PlainReply {
    if (query.get("list-type") !== "2") return errorReply({ status: 501, code: "NotImplemented" });
    const size = Math.min(Number(query.get("max-keys") ?? 1000), options.pageSize ?? 1000);
    const after = Buffer.from(query.get("continuation-token") ?? "", "base64url").toString();
    const all = [...objects.keys()].filter((key) => key.startsWith(query.get("prefix") ?? ""));
    const left = all.filter((key) => key > after).sort();
    const page = left.slice(0, size);
    const contents = page.map((key) => {
      const length = objects.get(key)?.content.length ?? 0;
      return `<Contents><Key>${escape(key)}</Key><Size>${length}</Size></Contents>`;
    });
    const next = Buffer.from(page.at(-1) ?? "").toString("base64url");
    const more = left.length > page.length;
    const token = more ? `<NextContinuationToken>${next}</NextContinuationToken>` : "";
    return {
      status: 200,
      headers: { "content-type": "application/xml" },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><IsTruncated>${more}</IsTruncated>${contents.join("")}${token}</ListBucketResult>`,
    };
  }

  function serveEdge(request: IncomingMessage): PlainReply {
    const ticket = new URL(request.url ?? "", "http://edge").searchParams.get("ticket") ?? "";
    const content = onEdge.get(ticket);
    onEdge.delete(ticket);
    // The storage behind a signed address takes no second kind of credentials.
    if (request.headers.authorization !== undefined)
      return { status: 400, body: "two credentials" };
    return content ? { status: 200, headers: { etag: '"edge"' }, body: content } : { status: 403 };
  }

  const edge = await startFaultyServer(serveEdge);
  const gateway = await startFaultyServer(serve, now);
  return {
    endpoint: `${gateway.url}/${namespace}`,
    bucket,
    keys,
    objects,
    gateway,
    edge,
    async stop() {
      await Promise.all([edge.stop(), gateway.stop()]);
    },
  };
}

function errorReply({ status, code, region }: S3Error): PlainReply {
  const place = region === undefined ? "" : `<Region>${region}</Region>`;
  return {
    status,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>refused</Message>${place}</Error>`,
  };
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
