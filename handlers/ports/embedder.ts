/** What a text is: some models place a question nearer to its answers when they are told. */
export type TextKind = "query" | "passage";

/** A model that turns texts into vectors, near to each other where the texts mean the like. */
export interface Embedder {
  /** Names the vectors: those of another name must not be compared with its own. */
  readonly name: string;
  /**
   * One vector of length 1 for each text, in order, all with the same number of dimensions.
   *
   * @throws PortFailure `invalid` when a text is refused and would be again
   */
  embed(texts: readonly string[], kind: TextKind, signal: AbortSignal): Promise<Float32Array[]>;
  /** Where the first text takes longer than others: gets ready for it, without waiting. Never throws. */
  prepare?(): void;
  /** The same model with vectors of another length, where it can be asked for one; else as it is. */
  resized(dimensions: number): Embedder;
  /** An embedder of this other name, if the same provider has it: for vectors made before the model was changed. */
  earlier(name: string): Embedder | undefined;
}
