import { randomBytes, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { encodeUtf8, fromBase64, toBase64 } from "../../../../handlers/lib/bytes.ts";
import { PortFailure } from "../../../../handlers/ports/failure.ts";
import type { SnapshotStore } from "../../../../handlers/ports/snapshot-store.ts";
import { keyName } from "./names.ts";
import { createSeal, type BackupKey } from "./seal.ts";

/** The object `key`: how the key is derived from the passphrase, and a text encrypted with it. */
interface KeyRecord {
  readonly format: 1;
  readonly salt: string;
  readonly cost: { readonly N: number; readonly r: number; readonly p: number };
  readonly check: string;
  readonly encrypted_from: number;
}

/** scrypt with 32 MB, some 100 ms. */
const cost = { N: 2 ** 15, r: 8, p: 1 };
const derive = promisify<string, Uint8Array, number, object, Buffer>(scrypt);
const checkText = "Docent backup";

/**
 * The key that the passphrase opens; undefined for a backup without encryption.
 *
 * @param begin the epoch from which on everything is encrypted, where there is no key yet; undefined: none is made
 * @throws PortFailure `unauthorized` where the passphrase is missing or wrong; the store's own failures
 */
export async function openKey(
  store: SnapshotStore,
  passphrase: string | undefined,
  begin: (() => Promise<number>) | undefined,
): Promise<BackupKey | undefined> {
  const stored = await store.get(keyName);
  if (stored) return unlock(JSON.parse(new TextDecoder().decode(stored.content)), passphrase);
  if (passphrase === undefined || begin === undefined) return undefined;
  const salt = new Uint8Array(randomBytes(16));
  const encryptedFrom = await begin();
  const key = await deriveKey(passphrase, salt, cost);
  const check = await createSeal({ key, encryptedFrom }).close(keyName, encodeUtf8(checkText));
  const record: KeyRecord = {
    format: 1,
    salt: toBase64(salt),
    cost,
    check: toBase64(check),
    encrypted_from: encryptedFrom,
  };
  try {
    await store.put(keyName, encodeUtf8(JSON.stringify(record)), { kind: "absent" });
    return { key, encryptedFrom };
  } catch (error) {
    if (!(error instanceof PortFailure) || error.code !== "conflict") throw error;
    // Another process was faster.
    return openKey(store, passphrase, begin);
  }
}

async function unlock(record: KeyRecord, passphrase: string | undefined): Promise<BackupKey> {
  if (passphrase === undefined)
    throw refused("BACKUP_PASSPHRASE is missing: the backup is encrypted");
  const key = await deriveKey(passphrase, fromBase64(record.salt), record.cost);
  const backupKey = { key, encryptedFrom: record.encrypted_from };
  try {
    await createSeal(backupKey).open(keyName, fromBase64(record.check));
    return backupKey;
  } catch (cause) {
    throw refused("BACKUP_PASSPHRASE is not the one that the backup was begun with", cause);
  }
}

async function deriveKey(
  passphrase: string,
  salt: Uint8Array,
  { N, r, p }: KeyRecord["cost"],
): Promise<CryptoKey> {
  const bytes = await derive(passphrase, salt, 32, { N, r, p, maxmem: 256 * N * r });
  const algorithm = { name: "AES-GCM" };
  const uses: KeyUsage[] = ["encrypt", "decrypt"];
  return crypto.subtle.importKey("raw", new Uint8Array(bytes), algorithm, false, uses);
}

function refused(message: string, cause?: unknown): PortFailure {
  return new PortFailure("unauthorized", message, { retryable: false, cause });
}
