import type { Circuit } from "../../circuit.ts";
import type { Dependency } from "../../../handlers/ports/dependency.ts";
import type { Embedder } from "../../../handlers/ports/embedder.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { createLocalEmbedder } from "./embedder.ts";
import { locateModel } from "./locate.ts";

export interface OpenLocalOptions {
  readonly mode: "auto" | "on" | "off";
  readonly reference: string | undefined;
  /** See `LocateOptions`. */
  readonly roots: readonly string[];
  readonly circuit: Circuit;
}

/** `embedder` is undefined when a model is configured or installed but unusable; /api/health says why. */
export interface OpenedEmbedder {
  readonly embedder: Embedder | undefined;
  readonly dependency: Dependency;
}

/** Opens the built-in embedder; undefined when it is off, or `auto` without an installed model. */
export function openLocalEmbedder(options: OpenLocalOptions): OpenedEmbedder | undefined {
  const { mode, reference, roots, circuit } = options;
  if (mode === "off") return undefined;
  const located = locateModel({ mode, reference, roots });
  if (located.kind === "absent") return undefined;
  if (located.kind === "found") return createLocalEmbedder({ model: located.model, circuit });
  const { error } = located;
  return {
    embedder: undefined,
    dependency: {
      service: "embedder",
      name: "embedder",
      circuit,
      freshMilliseconds: 0,
      statusOverride: () => error.trouble,
      describe() {
        const failure = new PortFailure("unavailable", error.message, { retryable: false });
        return Promise.reject(failure);
      },
    },
  };
}
