/** Why the built-in embedder does not work, as /api/health names it. */
export type LocalTrouble =
  | "model_missing" // nothing is where the settings say
  | "model_incomplete" // a file is missing or half fetched
  | "model_damaged" // a file is not what the hub stated, or no model at all
  | "too_little_memory"
  | "runtime_missing"; // onnxruntime-node is not installed, or not made for this machine

/** The error of the built-in embedder; its message tells the operator what to do. */
export class LocalModelError extends Error {
  override readonly name = "LocalModelError";
  readonly trouble: LocalTrouble;

  constructor(trouble: LocalTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}
