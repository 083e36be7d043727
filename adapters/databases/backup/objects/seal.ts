import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { encodeUtf8 } from "../../../../handlers/lib/bytes.ts";
import { DamagedObject } from "./damage.ts";
import { positionOf } from "./names.ts";

/** AES-256-GCM, and from which epoch on everything is encrypted with it. */
export interface BackupKey {
  readonly key: CryptoKey;
  readonly encryptedFrom: number;
}

export interface Seal {
  /** Whether what is stored is encrypted. */
  readonly isEncrypted: boolean;
  /** Compresses, and encrypts where there is a passphrase. The name is authenticated along. */
  close(name: string, content: Uint8Array): Promise<Uint8Array>;
  /** @throws DamagedObject */
  open(name: string, stored: Uint8Array): Promise<Uint8Array>;
}

/** Begins every encrypted object; a compressed one begins with gzip's 1F 8B. */
const mark = encodeUtf8("DCT1");
const nonceBytes = 12;
const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** How objects are written and read: gzip, and around it AES-256-GCM where there is a key. */
export function createSeal(backupKey: BackupKey | undefined): Seal {
  return {
    isEncrypted: backupKey !== undefined,
    async close(name, content) {
      const compressed = await compress(content, { level: 5 });
      if (!backupKey) return compressed;
      const iv = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const how = { name: "AES-GCM", iv, additionalData: encodeUtf8(name) };
      const encrypted = await crypto.subtle.encrypt(how, backupKey.key, new Uint8Array(compressed));
      return Buffer.concat([mark, iv, new Uint8Array(encrypted)]);
    },
    async open(name, stored) {
      try {
        return await decompress(await decrypt(backupKey, name, stored));
      } catch (error) {
        if (error instanceof DamagedObject) throw error;
        throw new DamagedObject(name, "it is cut off or changed", error);
      }
    },
  };
}

async function decrypt(
  backupKey: BackupKey | undefined,
  name: string,
  stored: Uint8Array,
): Promise<Uint8Array> {
  const isEncrypted = mark.every((byte, index) => stored[index] === byte);
  if (!backupKey) {
    if (isEncrypted) throw new DamagedObject(name, "it is encrypted, and the key is missing");
    return stored;
  }
  if (!isEncrypted) {
    // Otherwise whoever can write to the store could replace encrypted objects by their own.
    const epoch = positionOf(name)?.epoch ?? Number.POSITIVE_INFINITY;
    if (epoch >= backupKey.encryptedFrom) throw new DamagedObject(name, "it is not encrypted");
    return stored;
  }
  const iv = stored.slice(mark.length, mark.length + nonceBytes);
  const how = { name: "AES-GCM", iv, additionalData: encodeUtf8(name) };
  const body = stored.slice(mark.length + nonceBytes);
  return new Uint8Array(await crypto.subtle.decrypt(how, backupKey.key, body));
}
