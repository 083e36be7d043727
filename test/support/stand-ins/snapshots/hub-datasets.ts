import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { startFaultyServer, type FaultyServer, type PlainReply } from "./faulty-server.ts";
import { digestOf, startHubStorage, type LargeFileBatch } from "./hub-storage.ts";

export interface HubDatasetsOptions {
  /** What is there before; `missing` unless given. */
  readonly dataset?: "missing" | "private" | "public";
  /** What the token may do. */
  readonly role?: "write" | "read" | "propose";
  /** Bytes from which a file is a large one. */
  readonly largeFrom?: number;
  /** Bytes from which a large file is uploaded in parts of so many bytes. */
  readonly partsFrom?: number;
  /** Files on a page of a list. */
  readonly pageSize?: number;
}

interface HubBlob {
  readonly content: Buffer;
  readonly isLarge: boolean;
}
type HubTree = ReadonlyMap<string, HubBlob>;

export interface HubDatasets {
  /** BACKUP_ENDPOINT. */
  readonly endpoint: string;
  readonly repository: string;
  readonly token: string;
  /** The files of branch main, by path. */
  files(): HubTree;
  commits(): number;
  isPrivate(): boolean | undefined;
  /** Changes a file on branch main as another program would. */
  commitElsewhere(path: string, content: string): void;
  /** With its traffic and the switch for faults; so has the storage. */
  readonly hub: FaultyServer;
  /** Where large files are uploaded to and downloaded from. */
  readonly storage: FaultyServer;
  readonly stop: () => Promise<void>;
}

const repository = "somebody/backups";
const gitOid = (content: Buffer) =>
  digestOf("sha1", Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]));

/**
 * Stands in for the dataset API of the model hub, which cannot be reached here: create, preupload, Git LFS's batch
 * (`basic` and `multipart`), commits with `parentCommit` (412 where another came first), refs, paths-info, tree by
 * pages, resolve (relative redirect for small files, another origin for large ones), commit count and super-squash,
 * as huggingface_hub's and huggingface.js's sources use them.
 */
export async function startHubDatasets(options: HubDatasetsOptions = {}): Promise<HubDatasets> {
  const { role = "write", largeFrom = 100_000, pageSize = 1000 } = options;
  const token = `hf_${randomUUID()}`;
  let isPrivate: boolean | undefined;
  let history: { readonly oid: string; readonly tree: HubTree }[] = [];
  const addCommit = (tree: HubTree) => {
    const oid = randomBytes(20).toString("hex");
    history.push({ oid, tree });
    return oid;
  };
  const create = (privacy: boolean) => {
    isPrivate = privacy;
    const attributes = Buffer.from("*.gz filter=lfs diff=lfs merge=lfs -text\n");
    addCommit(new Map([[".gitattributes", { content: attributes, isLarge: false }]]));
  };
  if (options.dataset !== undefined && options.dataset !== "missing") {
    create(options.dataset === "private");
  }
  const head = () => history.at(-1) ?? { oid: "", tree: new Map<string, HubBlob>() };
  const treeAt = (revision: string) =>
    revision === "main" ? head().tree : history.find(({ oid }) => oid === revision)?.tree;

  function serve(request: IncomingMessage, body: Buffer): PlainReply {
    const url = new URL(request.url ?? "", "http://hub");
    const path = decodeURIComponent(url.pathname);
    const isKnown = request.headers.authorization === `Bearer ${token}`;
    if (request.headers.authorization !== undefined && !isKnown) return problem(401, "");
    const isOpen = request.method === "GET" && isPrivate === false;
    if (!isKnown && !isOpen) return problem(401, "RepoNotFound");
    if (path === "/api/repos/create") return createDataset(body);
    const api = `/api/datasets/${repository}`;
    const own = `/datasets/${repository}`;
    if (![api, own].some((start) => path.startsWith(start)) || isPrivate === undefined) {
      return problem(404, "RepoNotFound");
    }
    const rest = path.slice((path.startsWith(api) ? api : own).length);
    const [, verb = "", revision = "", ...names] = rest.split("/");
    const name = names.join("/");
    const mayWrite = role !== "read";
    switch (`${request.method} ${path.startsWith(api) ? "api " : ""}${verb}`) {
      case "GET api ":
        return answer({ id: repository, private: isPrivate, sha: head().oid });
      case "GET api refs":
        return answer({
          branches: [{ name: "main", ref: "refs/heads/main", targetCommit: head().oid }],
        });
      case "GET api commits":
        return {
          ...answer([{ id: head().oid }]),
          headers: { "x-total-count": String(history.length) },
        };
      case "GET api tree":
        return list(treeAt(revision), name, url);
      case "POST api paths-info":
        return pathsInfo(treeAt(revision), body);
      case "GET api resolve-cache":
        return { status: 200, body: treeAt(revision)?.get(name)?.content ?? "" };
      case "POST api preupload":
        return mayWrite ? preupload(body) : problem(403, "");
      case "POST api commit":
        return mayWrite ? commit(body) : problem(403, "");
      case "POST api super-squash": {
        const { tree } = head();
        history = [];
        return answer({ commitID: addCommit(tree) });
      }
      case "GET resolve":
        return resolve(treeAt(revision), revision, name);
      case "POST info":
        return answer(storage.batch(JSON.parse(String(body)) as LargeFileBatch));
      default:
        return problem(404, "");
    }
  }

  function createDataset(body: Buffer): PlainReply {
    const asked = JSON.parse(String(body)) as Record<string, unknown>;
    if (role === "read") return problem(403, "");
    if (isPrivate !== undefined) return problem(409, "");
    if (`${String(asked["organization"])}/${String(asked["name"])}` !== repository)
      return problem(403, "");
    if (asked["type"] !== "dataset") return problem(400, "");
    create(asked["visibility"] === "private");
    return answer({ url: `https://hub/datasets/${repository}` });
  }

  function list(tree: HubTree | undefined, folder: string, url: URL): PlainReply {
    if (!tree) return problem(404, "RevisionNotFound");
    const start = folder === "" ? "" : `${folder}/`;
    const all = [...tree].filter(([path]) => path.startsWith(start));
    if (all.length === 0) return problem(404, "EntryNotFound");
    if (url.searchParams.get("recursive") !== "true") return problem(501, "");
    all.sort(([a], [b]) => (a < b ? -1 : 1));
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const entries = all.slice(from, from + pageSize).map(([path, blob]) => entryOf(path, blob));
    url.searchParams.set("cursor", String(from + pageSize));
    const next = `${hub.url}${url.pathname}${url.search}`;
    const more = from + pageSize < all.length;
    const folders = from === 0 ? [{ type: "directory", path: "a folder", oid: "0", size: 0 }] : [];
    return {
      ...answer([...folders, ...entries]),
      ...(more && { headers: { link: `<${next}>; rel="next"` } }),
    };
  }

  function pathsInfo(tree: HubTree | undefined, body: Buffer): PlainReply {
    if (!tree) return problem(404, "RevisionNotFound");
    const { paths } = JSON.parse(String(body)) as { paths: string[] };
    return answer(
      paths.flatMap((path) => {
        const blob = tree.get(path);
        return blob ? [entryOf(path, blob)] : [];
      }),
    );
  }

  function preupload(body: Buffer): PlainReply {
    const { files } = JSON.parse(String(body)) as { files: { path: string; size: number }[] };
    return answer({
      files: files.map(({ path, size }) => ({
        path,
        uploadMode: size >= largeFrom ? "lfs" : "regular",
        shouldIgnore: false,
      })),
    });
  }

  function commit(body: Buffer): PlainReply {
    const [header, ...lines] = String(body)
      .split("\n")
      .map((line) => JSON.parse(line) as { key: string; value: Record<string, string> });
    if (header?.key !== "header" || !header.value["summary"]) return problem(400, "");
    if (role === "propose" || header.value["parentCommit"] !== head().oid) {
      return answer({ error: "A commit has happened since. Please refresh and try again." }, 412);
    }
    const tree = new Map(head().tree);
    for (const { key, value } of lines) {
      const { path = "", content = "", oid = "" } = value;
      const stored = storage.contents.get(oid);
      if (key === "file") {
        const bytes = Buffer.from(content, "base64");
        if (bytes.length > 5_000_000) return problem(413, "");
        tree.set(path, { content: bytes, isLarge: false });
      } else if (key === "lfsFile" && stored) tree.set(path, { content: stored, isLarge: true });
      else if (key !== "deletedFile" || !tree.delete(path)) return problem(400, "");
    }
    return answer({ commitOid: addCommit(tree), commitUrl: "", hookOutput: "" });
  }

  function resolve(tree: HubTree | undefined, revision: string, path: string): PlainReply {
    if (!tree) return problem(404, "RevisionNotFound");
    const blob = tree.get(path);
    if (!blob) return problem(404, "EntryNotFound");
    const location = blob.isLarge
      ? `${storage.server.url}/large/${digestOf("sha256", blob.content)}`
      : `/api/datasets/${repository}/resolve-cache/${revision}/${path}`;
    return { status: blob.isLarge ? 302 : 307, headers: { location } };
  }

  const storage = await startHubStorage(options.partsFrom);
  const hub = await startFaultyServer(serve);
  return {
    endpoint: hub.url,
    repository,
    token,
    files: () => head().tree,
    commits: () => history.length,
    isPrivate: () => isPrivate,
    commitElsewhere: (path, content) =>
      void addCommit(
        new Map([...head().tree, [path, { content: Buffer.from(content), isLarge: false }]]),
      ),
    hub,
    storage: storage.server,
    async stop() {
      await Promise.all([hub.stop(), storage.server.stop()]);
    },
  };
}

function entryOf(path: string, { content, isLarge }: HubBlob): object {
  const size = content.length;
  if (!isLarge) return { type: "file", path, oid: gitOid(content), size };
  const sha = digestOf("sha256", content);
  const pointer = Buffer.from(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${sha}\nsize ${size}\n`,
  );
  const lfs = { oid: sha, size, pointerSize: pointer.length };
  return { type: "file", path, oid: gitOid(pointer), size, lfs };
}

function answer(body: unknown, status = 200): PlainReply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function problem(status: number, code: string): PlainReply {
  return { status, headers: { "x-error-code": code }, body: "refused" };
}
