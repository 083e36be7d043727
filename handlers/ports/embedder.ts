/** The role of a text: some models embed a question nearer to its answers when they know it is one. */
export type TextKind = "query" | "passage";

/** Characters of text that one request to an embedder contains, at most. */
export const charactersAtOnce = 60_000;

/** A model that turns texts into vectors, which are near to each other when the texts mean similar things. */
export interface Embedder {
  /** Identifies its vectors: only vectors of the same name may be compared. */
  readonly name: string;
  /**
   * One vector of length 1 for each text, in order, all with the same number of dimensions.
   *
   * @throws PortFailure `invalid` when a text is refused and would be again
   */
  embed(texts: readonly string[], kind: TextKind, signal: AbortSignal): Promise<Float32Array[]>;
  /** Starts to load a model whose first text would take longer; returns at once. Never throws. */
  prepare?(): void;
  /** The same model with vectors of this length; unchanged where the model's length is fixed. */
  resized(dimensions: number): Embedder;
  /** The embedder of this name, if the same provider has it: for vectors made before the model was changed. */
  earlier(name: string): Embedder | undefined;
}
