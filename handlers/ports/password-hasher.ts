/** Turns passwords into something that can be kept. */
export interface PasswordHasher {
  /** A self-describing hash: its parameters travel with it, so that they may rise later. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the hash's. `outdated`: it is, and should be hashed again with today's
   * parameters. Without a hash (an unknown account) it takes as long and says `wrong`.
   */
  verify(password: string, hash: string | undefined): Promise<"right" | "outdated" | "wrong">;
}
