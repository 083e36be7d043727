/** A static file that the runtime carries: the page, a script. Never a user's data. */
export interface Asset {
  readonly body: string;
  readonly mediaType: string;
}

export interface Assets {
  /** The named asset, or undefined when this runtime does not carry it. */
  read(name: string): Promise<Asset | undefined>;
}
