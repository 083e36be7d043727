import type { GuestGrant } from "../../../contract/chat.ts";

/** A new guest's tokens, sent with the first answer. */
export function grantFields(grant: GuestGrant | undefined): Partial<GuestGrant> {
  if (!grant) return {};
  const { access_token, refresh_token, expires_in } = grant;
  return { access_token, refresh_token, expires_in };
}
