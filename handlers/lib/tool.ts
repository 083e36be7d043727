import type { BaseIssue, GenericSchema, InferOutput } from "valibot";
import { describeIssue } from "./text-schema.ts";
import type { AskedScope } from "../contract/asked-scope.ts";
import type { Source } from "../contract/source.ts";

/** The user for whom a tool runs, and their request: set by the server, never by a model. */
export interface ToolContext {
  readonly userId: string;
  /** The part of the documents that the request is about. */
  readonly scope?: AskedScope;
  /** Adds a source that the answer may cite; returns the number for its citation marker. */
  readonly cite?: (source: Source) => number;
}

/** What a call does to existing data; this decides whether the user must confirm it. */
export type ToolEffect =
  | { readonly kind: "reads" }
  | { readonly kind: "adds" }
  /** `target`: the id of the one row it affects. */
  | { readonly kind: "changes" | "overwrites" | "deletes"; readonly target: string };

/** A tool of the assistant, described once for the model, for validation and for OpenAPI. */
export interface Tool {
  readonly name: string;
  /** For the model. */
  readonly description: string;
  readonly input: GenericSchema;
  readonly effect: (input: unknown) => ToolEffect;
  /** Says in a sentence what the call would do, for the user to confirm. @throws ToolFailure, PortFailure */
  readonly describe?: (input: unknown, context: ToolContext) => Promise<string>;
  /** Runs the call; returns its result for the model. @throws ToolFailure, PortFailure */
  readonly run: (input: unknown, context: ToolContext) => Promise<object>;
}

/** Why a tool's call failed, in words that a model can act on and a user may read. */
export class ToolFailure extends Error {
  override readonly name = "ToolFailure";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Defines a tool and types its functions by its input schema, which has checked the input before they run. */
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

/** What is wrong with a call's arguments, in at most 500 characters, for a model to read. */
export function describeArgumentIssues(issues: readonly BaseIssue<unknown>[]): string {
  const messages = issues.slice(0, 5).map((issue) => {
    const field = issue.path?.map(({ key }) => String(key)).join(".") ?? "";
    return field === "" ? issue.message : `${field}: ${describeIssue(issue)}`;
  });
  return messages.join("; ").slice(0, 500);
}
