import { sha256 } from "../../lib/bytes.ts";
import { uuidV7 } from "../../lib/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import { formatRefreshToken } from "./refresh-token.ts";
import { randomSecret } from "./secret-text.ts";

/** The secrets of a session that has not begun. */
export interface SessionSecrets {
  readonly sessionId: string;
  readonly refreshToken: string;
  readonly refreshHash: Uint8Array;
  readonly familyHash: Uint8Array;
}

/** Secrets that are kept ready. */
const most = 8;
/** Milliseconds after which they are made: a question that took some is under way until then. */
const patience = 20;

/** Makes the secrets of sessions. */
export function createSessionSecrets(clock: Clock) {
  const ready: SessionSecrets[] = [];
  let isFilling = false;

  async function make(): Promise<SessionSecrets> {
    const sessionId = uuidV7(clock.now());
    const familySecret = randomSecret();
    const refreshToken = formatRefreshToken({ sessionId, familySecret }, randomSecret());
    // At once: each is a job for another thread.
    const [refreshHash, familyHash] = await Promise.all([
      sha256(refreshToken),
      sha256(familySecret),
    ]);
    return { sessionId, refreshToken, refreshHash, familyHash };
  }

  /** Where nothing runs between requests the timer may never fire; then each session's are made when it begins. */
  function fill(): void {
    if (isFilling) return;
    isFilling = true;
    setTimeout(async () => {
      isFilling = false;
      while (ready.length < most) ready.push(await make());
    }, patience);
  }

  return {
    make,
    /** Secrets that were made ahead, if there are any: a guest's first answer waits for them. */
    async take(): Promise<SessionSecrets> {
      fill();
      return ready.shift() ?? make();
    },
  };
}
