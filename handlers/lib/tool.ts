import type { GenericSchema, InferOutput } from "valibot";
import type { Source } from "../contract/source.ts";

/** On whose behalf a tool runs: given by the server, never by a model. */
export interface ToolContext {
  readonly userId: string;
  /** Makes a passage one that the answer may cite; returns the number for its marker. */
  readonly cite?: (source: Source) => number;
}

/** What a call does to what is already there; it decides whether the user must confirm it. */
export type ToolEffect =
  | { readonly kind: "reads" }
  | { readonly kind: "adds" }
  /** `target`: the id of the one thing that is touched. */
  | { readonly kind: "changes" | "overwrites" | "deletes"; readonly target: string };

/** Something the assistant can do: described once, for the model, for validation and for OpenAPI. */
export interface Tool {
  readonly name: string;
  /** For the model. */
  readonly description: string;
  readonly input: GenericSchema;
  readonly effect: (input: unknown) => ToolEffect;
  /** What it would do, in a sentence for the user who is to confirm it. Throws ToolFailure, PortFailure. */
  readonly describe?: (input: unknown, context: ToolContext) => Promise<string>;
  /** What came of it, as the model will read it. Throws ToolFailure, PortFailure. */
  readonly run: (input: unknown, context: ToolContext) => Promise<object>;
}

/** Why a tool could not do it, in words a model can act on and a user may read. */
export class ToolFailure extends Error {
  override readonly name = "ToolFailure";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Types a tool from its input schema: what runs it has checked the input with that very schema. */
export function defineTool<Input extends GenericSchema>(definition: {
  name: string;
  description: string;
  input: Input;
  effect: (input: InferOutput<Input>) => ToolEffect;
  describe?: (input: InferOutput<Input>, context: ToolContext) => Promise<string>;
  run: (input: InferOutput<Input>, context: ToolContext) => Promise<object>;
}): Tool {
  return definition;
}
