import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pause } from "../../../../handlers/lib/time.ts";
import { PortFailure } from "../../../../handlers/ports/failure.ts";

import { partialSuffix } from "../folder.ts";
import type { Hub, HubFile } from "./hub.ts";

export interface FetchedFile {
  readonly bytes: number;
  readonly hash: string;
  readonly commit: string | undefined;
  /** Whether a verified copy existed before. */
  readonly wasThere: boolean;
}

export interface FetchFileOptions {
  readonly hub: Hub;
  /** The model's folder and the file's path in it. */
  readonly folder: string;
  readonly name: string;
  readonly signal: AbortSignal;
  /** Called as bytes arrive, with their number and the expected total. */
  readonly onProgress: (bytes: number, total: number | undefined) => void;
  /** Milliseconds before the second attempt; doubled before each further one. */
  readonly firstWait: number;
}

const attempts = 5;
/** Milliseconds of silence after which a connection is closed. */
const silence = 30_000;

/**
 * Fetches one file and resumes an earlier attempt; the file gets its name once complete and verified. Undefined
 * when the repository has no such file.
 *
 * @throws PortFailure `conflict` when the content does not match the hub's hash; it is deleted then
 */
export async function fetchFile(options: FetchFileOptions): Promise<FetchedFile | undefined> {
  const { signal, firstWait } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryOnce(options);
    } catch (error) {
      const isFinal = !(error instanceof PortFailure && error.retryable) || attempt === attempts;
      if (isFinal || signal.aborted) throw error;
      await pause(firstWait * 2 ** (attempt - 1), signal);
    }
  }
}

async function tryOnce(options: FetchFileOptions): Promise<FetchedFile | undefined> {
  const { hub, folder, name, signal } = options;
  const path = join(folder, name);
  let file = await hub.open(name, 0, signal);
  if (file === undefined) return undefined;
  const { hash, bytes, commit } = file;
  if (await isVerified(path, hash)) {
    await file.body.cancel();
    return { hash, bytes: (await sizeOf(path)) ?? 0, commit, wasThere: true };
  }
  await mkdir(dirname(path), { recursive: true });
  // Named after the expected hash, so that another revision's part is not continued.
  const partial = `${path}.${hash.slice(0, 12)}${partialSuffix}`;
  await removeOtherPartials(path, partial);
  const have = (await sizeOf(partial)) ?? 0;
  if (have > 0 && have !== bytes) {
    await file.body.cancel();
    file = (await hub.open(name, have, signal)) ?? file;
  }
  if (have === 0 || have !== bytes) await append(file, partial, options);
  else await file.body.cancel();
  if (!(await isVerified(partial, hash))) {
    await rm(partial, { force: true });
    const message = `${name} does not have the checksum that the hub states: it was thrown away`;
    throw new PortFailure("conflict", message, { retryable: false });
  }
  await rename(partial, path);
  return { hash, bytes: (await sizeOf(path)) ?? 0, commit, wasThere: false };
}

async function append(file: HubFile, path: string, options: FetchFileOptions): Promise<void> {
  const { signal, onProgress, name } = options;
  const target = await open(path, file.offset > 0 ? "a" : "w");
  let done = file.offset;
  const reader = file.body.getReader();
  try {
    for (;;) {
      const chunk = await within(reader.read(), signal);
      if (chunk.done) break;
      await target.write(chunk.value);
      done += chunk.value.byteLength;
      onProgress(done, file.bytes);
      if (file.bytes !== undefined && done > file.bytes) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    const message = `the connection broke off ${done} bytes into ${name}`;
    throw new PortFailure("unavailable", message, { retryable: true, cause: error });
  } finally {
    await reader.cancel().catch(() => undefined);
    await target.close();
  }
  if (file.bytes === undefined || done >= file.bytes) return;
  const message = `the connection ended ${done} bytes into ${name}`;
  throw new PortFailure("unavailable", message, { retryable: true });
}

async function within<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const silent = AbortSignal.any([signal, AbortSignal.timeout(silence)]);
  const late = new Promise<never>((_, reject) => {
    silent.addEventListener("abort", () => reject(silent.reason as Error), { once: true });
  });
  return Promise.race([work, late]);
}

/** Checks a file by SHA-256 or git's blob hash, whichever the hub states; false for a missing file. */
async function isVerified(path: string, hash: string): Promise<boolean> {
  const bytes = await sizeOf(path);
  if (bytes === undefined) return false;
  const isGit = hash.length === 40;
  const digest = createHash(isGit ? "sha1" : "sha256");
  if (isGit) digest.update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path)) digest.update(chunk as Uint8Array);
  return digest.digest("hex") === hash;
}

async function removeOtherPartials(path: string, own: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const isOld = name.startsWith(`${basename(path)}.`) && name.endsWith(partialSuffix);
    if (isOld && name !== basename(own)) await rm(join(dirname(path), name));
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
