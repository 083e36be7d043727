import { sha256 } from "../../lib/bytes.ts";
import { formatUuid, uuidV7 } from "../../lib/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Scope } from "../../contract/scope.ts";
import type { Caller, SessionCheck } from "../../http/access/identity.ts";
import { randomSecret } from "../tokens/secret-text.ts";
import { createTokenMemory } from "../tokens/token-memory.ts";
import type { KeyRow, KeyStore } from "./store.ts";

/** The most keys that an account may have. */
const maximumKeys = 50;

/**
 * `docent_<id>_<secret>`: people and scanners for leaked secrets recognise the prefix, and the id finds the
 * row. Of the secret, 256 random bits, only the SHA-256 is stored.
 */
const pattern = /^docent_([0-9a-f]{32})_([\w-]{43})$/;

export interface KeyRequest {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
}

export type CreatedKey =
  | { readonly kind: "created"; readonly key: string; readonly row: KeyRow }
  | { readonly kind: "expired-already" }
  | { readonly kind: "too-many"; readonly maximum: number };

/** How long, in milliseconds, a valid key is remembered for routes whose own statement looks it up again. */
const rememberedMilliseconds = 60_000;

/** Creates and recognises API keys. Both methods throw PortFailure. */
export function createKeys(store: KeyStore, clock: Clock) {
  const memory = createTokenMemory<Caller>(() => clock.monotonic());
  return {
    /** Creates a key. Its text is only in this result. */
    async create(userId: string, { name, scopes, expiresAt }: KeyRequest): Promise<CreatedKey> {
      const now = clock.now();
      if (expiresAt !== null && expiresAt.getTime() <= now) return { kind: "expired-already" };
      const id = uuidV7(now);
      const secret = randomSecret();
      const secretHash = await sha256(secret);
      const key = { id, userId, name, scopes: [...new Set(scopes)], secretHash, expiresAt };
      const row = await store.insert(key, maximumKeys);
      if (!row) return { kind: "too-many", maximum: maximumKeys };
      return { kind: "created", key: `docent_${id.replaceAll("-", "")}_${secret}`, row };
    },

    /**
     * The caller a valid key stands for; undefined for any other token. A key's user and scopes never change,
     * so `by-statement` asks the database once a minute: the handler's own statement checks that the key still exists.
     */
    async identify(token: string, check: SessionCheck): Promise<Caller | undefined> {
      const known = check === "by-statement" ? memory.find(token) : undefined;
      if (known) return known;
      const [, id = "", secret = ""] = pattern.exec(token) ?? [];
      if (id === "") return undefined;
      const bytes = Uint8Array.from(id.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
      const keyId = formatUuid(bytes);
      const found = await store.use(keyId, await sha256(secret));
      if (!found) return undefined;
      const { userId, scopes } = found;
      const caller = {
        kind: "user",
        id: userId,
        credential: { kind: "key", keyId, scopes },
      } as const;
      memory.keep(token, { claims: caller, expiresAt: clock.monotonic() + rememberedMilliseconds });
      return caller;
    },
  };
}

export type Keys = ReturnType<typeof createKeys>;
