import { isUuid } from "../../lib/ids.ts";

/**
 * A refresh token: `<session id>.<family secret>.<secret>`. The session id is no secret, because access tokens
 * and lists of sessions show it. The family secret stays the same as long as the session lasts, so it proves that
 * a token once belonged to the session. The last part changes with every refresh. Sessions that began before
 * there were family secrets have tokens without one.
 */
export interface RefreshToken {
  readonly sessionId: string;
  /** Undefined in the tokens of older sessions. */
  readonly familySecret: string | undefined;
}

/** The parts of a refresh token that stay the same; undefined for any other text. */
export function parseRefreshToken(token: string): RefreshToken | undefined {
  const [sessionId = "", ...secrets] = token.split(".");
  if (!isUuid(sessionId) || secrets.length < 1 || secrets.length > 2) return undefined;
  return { sessionId, familySecret: secrets.length === 2 ? secrets[0] : undefined };
}

/** @param secret the part that changes with every refresh */
export function formatRefreshToken(
  { sessionId, familySecret }: RefreshToken,
  secret: string,
): string {
  return [sessionId, familySecret, secret].filter((part) => part !== undefined).join(".");
}
