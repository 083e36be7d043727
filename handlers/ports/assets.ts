/** A file the runtime brings along: the page, a script. Never anything of a user's. */
export interface Asset {
  readonly body: string;
  readonly mediaType: string;
}

export interface Assets {
  /** The named asset, or undefined when this runtime does not carry it. */
  read(name: string): Promise<Asset | undefined>;
}
