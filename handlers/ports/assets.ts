/** A static file that the runtime carries: the page, a script. Never a user's data. */
export interface Asset {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  /** Names this content (RFC 9110 §8.8.3), without quotes; undefined: not known. */
  readonly etag: string | undefined;
  /** The body in gzip (RFC 1952); undefined where the platform compresses by itself. */
  readonly gzip: Uint8Array<ArrayBuffer> | undefined;
}

export interface Assets {
  /** The named asset, or undefined when this runtime does not carry it. */
  read(name: string): Promise<Asset | undefined>;
}
