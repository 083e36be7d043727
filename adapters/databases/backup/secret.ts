import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { encodeUtf8 } from "../../../handlers/lib/bytes.ts";
import type { SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import { secretName } from "./objects/names.ts";
import type { Seal } from "./objects/seal.ts";

/** The signing secret in DATA_DIR, kept in the backup where that is encrypted. */
export interface SecretCopy {
  /** @throws PortFailure */
  send(): Promise<void>;
  /** Puts the backup's secret in place of this directory's, which is set aside. @throws PortFailure; DamagedObject */
  restore(): Promise<void>;
}

/** @param path of the file; undefined where the secret is a setting */
export function createSecretCopy(
  path: string | undefined,
  store: SnapshotStore,
  seal: Seal,
): SecretCopy {
  let sent: string | undefined;

  async function readStored(): Promise<{ version: string; secret: string } | undefined> {
    const stored = await store.get(secretName);
    if (!stored) return undefined;
    const content = await seal.open(secretName, stored.content);
    return { version: stored.version, secret: new TextDecoder().decode(content) };
  }

  return {
    async send() {
      if (path === undefined || !seal.isEncrypted) return;
      const secret = await readIfThere(path);
      if (secret === undefined || secret === sent) return;
      const stored = await readStored();
      if (stored?.secret !== secret) {
        const content = await seal.close(secretName, encodeUtf8(secret));
        const condition = stored
          ? ({ kind: "unchanged", version: stored.version } as const)
          : ({ kind: "absent" } as const);
        await store.put(secretName, content, condition);
      }
      sent = secret;
    },
    async restore() {
      if (path === undefined || !seal.isEncrypted) return;
      const stored = await readStored();
      const present = await readIfThere(path);
      if (!stored || stored.secret === present) return;
      if (present !== undefined) await rename(path, `${path}.set-aside-${Date.now()}`);
      const draft = `${path}.${randomBytes(4).toString("hex")}`;
      await writeFile(draft, stored.secret, { mode: 0o600 });
      await rename(draft, path);
    },
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  const found = await readFile(path, "utf8").catch(() => "");
  return found.trim() === "" ? undefined : found;
}
