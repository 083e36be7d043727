/** The authorization request of one sign-in (OpenID Connect Core §3.1.2.1). */
export interface AuthorizationRequest {
  /** The exact address to which the provider sends the browser back. */
  readonly redirectUri: string;
  /** Returned in that address, unchanged. */
  readonly state: string;
  /** Returned in the ID token, which the provider signs. */
  readonly nonce: string;
  /** SHA-256 of the code verifier, base64url (PKCE, RFC 7636). */
  readonly codeChallenge: string;
}

/** The code that the browser brought back, and what was sent or kept with the same attempt. */
export interface AuthorizationAnswer {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly nonce: string;
}

/** A user's profile at the provider. */
export interface ProviderProfile {
  /** The user's id at the provider, which never changes and is never reused. */
  readonly subject: string;
  /** Only an address that the provider has verified, in the provider's spelling. */
  readonly email: string | undefined;
  readonly name: string | undefined;
}

/** Signs users in with their account elsewhere: OpenID Connect, authorization code flow. */
export interface IdentityProvider {
  /** The address to send the browser to. @throws PortFailure */
  authorizationUrl(request: AuthorizationRequest): Promise<string>;
  /**
   * Exchanges the code for the user's profile.
   *
   * @throws PortFailure `unavailable`, `timeout` or `rate_limited` when the provider does not answer; another
   * code when the authorization code or the ID token is invalid
   */
  identify(answer: AuthorizationAnswer): Promise<ProviderProfile>;
}
