/** The tokens a new guest is told with the first answer. */
export interface GuestGrant {
  readonly access_token: string;
  readonly refresh_token: string;
  /** Seconds. */
  readonly expires_in: number;
}

export function grantFields(grant: GuestGrant | undefined): Partial<GuestGrant> {
  if (!grant) return {};
  const { access_token, refresh_token, expires_in } = grant;
  return { access_token, refresh_token, expires_in };
}
