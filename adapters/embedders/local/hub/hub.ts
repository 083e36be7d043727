import { PortFailure } from "../../../../handlers/ports/failure.ts";
import type { ModelRepository } from "../locate.ts";

/** A file on the hub. */
export interface HubFile {
  /** SHA-256 of the content (64 hexadecimal digits) for large files, git's blob hash (40) for small ones. */
  readonly hash: string;
  /** Undefined when the hub does not send a small file's length. */
  readonly bytes: number | undefined;
  /** The commit to which the revision points now. */
  readonly commit: string | undefined;
  /** The offset at which `body` begins: 0 when the hub ignored the range. */
  readonly offset: number;
  readonly body: ReadableStream<Uint8Array>;
}

export interface Hub {
  /**
   * Opens a file at an offset in bytes; undefined when the repository has no file of this name.
   *
   * @throws PortFailure `not_found` for a repository or revision that does not exist or needs a key
   */
  open(path: string, from: number, signal: AbortSignal): Promise<HubFile | undefined>;
}

const redirectsAtMost = 5;

/**
 * Creates access to a model repository on the hub, without a key. Hash and size (`X-Linked-ETag`,
 * `X-Linked-Size`) come from the hub's own answer, before the redirect to its storage.
 */
export function createHub(endpoint: string, repository: ModelRepository): Hub {
  const { owner, name, revision } = repository;
  const base = `${endpoint}/${owner}/${name}/resolve/${encodeURIComponent(revision)}`;

  return {
    async open(path, from, signal) {
      let url = new URL(`${base}/${path}`);
      let stated: Stated = { hash: undefined, bytes: undefined, commit: undefined };
      for (let hop = 0; hop <= redirectsAtMost; hop++) {
        const response = await ask(url, from, signal);
        stated = merge(stated, readStated(response.headers));
        const location = response.headers.get("location");
        if (response.status >= 300 && response.status < 400 && location !== null) {
          await response.body?.cancel();
          url = new URL(location, url);
          continue;
        }
        if (response.status === 416) return this.open(path, 0, signal);
        if (response.status === 404 && isFileMissing(response)) return undefined;
        if (!response.ok || response.body === null) throw refused(response, owner, name);
        const offset = readOffset(response);
        const bytes = stated.bytes ?? lengthOf(response, offset);
        if (stated.hash === undefined) {
          await response.body.cancel();
          const message = `the hub states no checksum for ${path}: it cannot be verified`;
          throw new PortFailure("invalid", message, { retryable: false });
        }
        const { hash, commit } = stated;
        return { hash, bytes, commit, offset, body: response.body };
      }
      const message = "the hub redirects in a circle";
      throw new PortFailure("invalid", message, { retryable: false });
    },
  };
}

interface Stated {
  readonly hash: string | undefined;
  readonly bytes: number | undefined;
  readonly commit: string | undefined;
}

async function ask(url: URL, from: number, signal: AbortSignal): Promise<Response> {
  // A part of a compressed file could not be resumed.
  const headers = { "accept-encoding": "identity", ...(from > 0 && { range: `bytes=${from}-` }) };
  try {
    return await fetch(url, { headers, redirect: "manual", signal });
  } catch (error) {
    const message = "the model hub cannot be reached";
    throw new PortFailure("unavailable", message, { retryable: true, cause: error });
  }
}

function readStated(headers: Headers): Stated {
  const bytes = headers.get("x-linked-size");
  const commit = headers.get("x-repo-commit") ?? undefined;
  const tags = [headers.get("x-linked-etag"), headers.get("etag")];
  const hash = tags
    .map((tag) => tag?.replace(/^W\//, "").replaceAll('"', "").toLowerCase())
    .find((tag) => tag !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(tag));
  return { hash, bytes: bytes === null ? undefined : Number(bytes), commit };
}

/** The first statement counts. */
function merge(first: Stated, then: Stated): Stated {
  return {
    hash: first.hash ?? then.hash,
    bytes: first.bytes ?? then.bytes,
    commit: first.commit ?? then.commit,
  };
}

function readOffset(response: Response): number {
  if (response.status !== 206) return 0;
  return Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1] ?? 0);
}

function lengthOf(response: Response, offset: number): number | undefined {
  const length = response.headers.get("content-length");
  return length === null ? undefined : Number(length) + offset;
}

/** A header tells whether repository, revision or file is missing; a 404 without it means the file. */
function isFileMissing({ headers }: Response): boolean {
  return (headers.get("x-error-code") ?? "EntryNotFound") === "EntryNotFound";
}

function refused({ status }: Response, owner: string, name: string): PortFailure {
  if (status === 401 || status === 403 || status === 404) {
    const message = `the hub has no ${owner}/${name} for everybody, or not this revision (${status})`;
    return new PortFailure("not_found", message, { retryable: false });
  }
  const retryable = status === 429 || status >= 500;
  return new PortFailure("unavailable", `the hub answered ${status}`, { retryable });
}
