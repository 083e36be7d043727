/** Hashes passwords and verifies them. */
export interface PasswordHasher {
  /** A hash that contains its own parameters, so that they can be raised later. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password matches the hash. `outdated`: it does, and should be hashed again with today's
   * parameters. Without a hash (an unknown account) the answer is `wrong`, after the same time.
   */
  verify(password: string, hash: string | undefined): Promise<"right" | "outdated" | "wrong">;
}
