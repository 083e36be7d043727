import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PortFailure } from "../../handlers/ports/failure.ts";
import type { SigningSecrets } from "../../handlers/ports/signing-secrets.ts";

/**
 * A random secret of 48 bytes, generated on first use and kept in `<directory>/secret`, mode 0600.
 * `read` throws PortFailure `unavailable` where the file cannot be read or written.
 */
export function createKeptSecret(directory: string, previous?: Uint8Array): SigningSecrets {
  let kept: Promise<{ current: Uint8Array; previous?: Uint8Array }> | undefined;
  return {
    read() {
      kept ??= readOrMake(directory).then(
        (current) => (previous ? { current, previous } : { current }),
        (cause: unknown) => {
          kept = undefined;
          const message = "The signing secret cannot be kept in DATA_DIR.";
          throw new PortFailure("unavailable", message, { retryable: true, cause });
        },
      );
      return kept;
    },
  };
}

async function readOrMake(directory: string): Promise<Uint8Array> {
  const path = join(directory, "secret");
  const existing = await readSecret(path);
  if (existing) return existing;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Written under another name and then linked: of two processes that start together one wins, and
  // neither reads a half-written file.
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    await writeFile(draft, `${randomBytes(48).toString("base64url")}\n`, { mode: 0o600 });
    await link(draft, path).catch((error: unknown) => {
      if (!isCode(error, "EEXIST")) throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readSecret(path);
  if (!made) throw new Error("the secret file is shorter than 32 bytes");
  return made;
}

async function readSecret(path: string): Promise<Uint8Array | undefined> {
  try {
    const secret = (await readFile(path, "utf8")).trim();
    return secret.length >= 32 ? new TextEncoder().encode(secret) : undefined;
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
