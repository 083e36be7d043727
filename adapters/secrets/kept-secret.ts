import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { PortFailure } from "../../handlers/ports/failure.ts";
import type { Logger } from "../../handlers/ports/logger.ts";
import type { SigningSecrets } from "../../handlers/ports/signing-secrets.ts";

export interface KeptSecretOptions {
  readonly previous?: Uint8Array | undefined;
  /** Whether any session was signed before. @throws PortFailure where that cannot be told */
  wasUsed(): Promise<boolean>;
  readonly logger: Logger;
}

/** The shortest key that HS256 may be used with (RFC 7518 §3.2), in characters. */
const shortest = 32;

/**
 * A random secret of 48 bytes, generated on first use and kept in `<directory>/secret`, mode 0600. An empty or
 * short file, as a power cut may leave, is replaced only if nothing was signed before. `read` throws PortFailure
 * `unavailable` where the file cannot be used, read or written.
 */
export function createKeptSecret(directory: string, options: KeptSecretOptions): SigningSecrets {
  const { previous, logger } = options;
  let kept: Promise<{ current: Uint8Array; previous?: Uint8Array }> | undefined;
  let told: string | undefined;
  return {
    read() {
      kept ??= readOrMake(join(directory, "secret"), options).then(
        (current) => (previous ? { current, previous } : { current }),
        (cause: unknown) => {
          kept = undefined;
          const failure = cause instanceof PortFailure ? cause : unkept(cause);
          if (failure.message !== told) {
            told = failure.message;
            logger.error("no signing secret", { code: failure.code, reason: failure.message });
          }
          throw failure;
        },
      );
      return kept;
    },
  };
}

async function readOrMake(path: string, options: KeptSecretOptions): Promise<Uint8Array> {
  const found = await readSecret(path);
  if (found !== undefined && found.length >= shortest) {
    // Another tool may have restored it for everyone to read.
    await chmod(path, 0o600).catch(() => undefined);
    return new TextEncoder().encode(found);
  }
  if (found !== undefined && (await options.wasUsed())) {
    const message = `DATA_DIR/secret holds ${found.length} characters instead of at least ${shortest}: restore it from a backup; or delete it, and everyone has to sign in again`;
    throw new PortFailure("unavailable", message, { retryable: false });
  }
  await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
  await write(path, found === undefined ? "create" : "replace");
  const made = await readSecret(path);
  if (made === undefined || made.length < shortest) throw new Error("the secret file is short");
  return new TextEncoder().encode(made);
}

/**
 * Writes a new secret to the disk under another name, and then gives it its own, so that neither a power cut nor
 * a second process ever leaves a half-written file. Of two processes that create it together one wins.
 */
async function write(path: string, how: "create" | "replace"): Promise<void> {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(`${randomBytes(48).toString("base64url")}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    if (how === "replace") await rename(draft, path);
    else {
      await link(draft, path).catch((error: unknown) => {
        if (!isCode(error, "EEXIST")) throw error;
      });
    }
    await syncDirectory(join(path, ".."));
  } finally {
    await rm(draft, { force: true });
  }
}

/** Some systems cannot open a directory: then the name is written when the system likes. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r").catch(() => undefined);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}

/** The file's text without white space at its ends; undefined where there is no file. */
async function readSecret(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function unkept(cause: unknown): PortFailure {
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  const message = `The signing secret cannot be kept in DATA_DIR${code}`;
  return new PortFailure("unavailable", message, { retryable: true, cause });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
