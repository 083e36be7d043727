/** The secrets that sign access tokens. */
export interface SigningSecrets {
  /**
   * The secret that signs and, while it is being rotated, an older one that still verifies; each at
   * least 32 bytes. Undefined where none is configured and none can be generated and kept.
   *
   * @throws PortFailure when a kept secret cannot be read or written
   */
  read(): Promise<{ current: Uint8Array; previous?: Uint8Array } | undefined>;
}
