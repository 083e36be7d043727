/** One attempt to sign in, as the provider is told of it. */
export interface AuthorizationRequest {
  /** Where people are sent back to, exactly. */
  readonly redirectUri: string;
  /** Comes back with them. */
  readonly state: string;
  /** Comes back inside what the provider signs. */
  readonly nonce: string;
  /** SHA-256 of the code verifier, base64url (PKCE, RFC 7636). */
  readonly codeChallenge: string;
}

/** What somebody brought back from the provider, and what belongs to the same attempt. */
export interface AuthorizationAnswer {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly nonce: string;
}

/** Who somebody is there. */
export interface ProviderProfile {
  /** Theirs for ever, and nobody else's at this provider. */
  readonly subject: string;
  /** Only one that the provider has verified; as it is written there. */
  readonly email: string | undefined;
  readonly name: string | undefined;
}

/** Somebody else who knows people: OpenID Connect with the authorization code flow. */
export interface IdentityProvider {
  /** The address to send somebody to. Throws PortFailure. */
  authorizationUrl(request: AuthorizationRequest): Promise<string>;
  /**
   * Who brought this back.
   *
   * @throws PortFailure `unavailable`, `timeout` or `rate_limited` when the provider cannot say; anything
   * else when the code or what the provider signed is not good
   */
  identify(answer: AuthorizationAnswer): Promise<ProviderProfile>;
}
