import type { GenericSchema, InferOutput } from "valibot";
import type { ToolEffect } from "../lib/tool.ts";

/** A tool that MCP clients may call, made for one request. */
export interface McpTool {
  readonly name: string;
  readonly title: string;
  /** For the model. */
  readonly description: string;
  readonly input: GenericSchema;
  /** Undefined: not described. */
  readonly output: GenericSchema | undefined;
  readonly effect: ToolEffect["kind"];
  /** Says in a sentence what the call would do; the user must then approve it. */
  readonly describe: ((input: unknown) => Promise<string>) | undefined;
  /** Runs the call. @param signal aborted when the client no longer waits */
  readonly run: (input: unknown, signal: AbortSignal) => Promise<object>;
}

/**
 * The whole address of a document, since a client is on no page of this site: with DOCUMENTS_URL_BASE, `url` may be a
 * path. Without `url`, the address of its Markdown.
 */
export type AddressOf = (document: { readonly id: string; readonly url: string | null }) => string;

/** Defines a tool that reads, and types its function by its input schema. */
export function defineReadingTool<Input extends GenericSchema>(definition: {
  name: string;
  title: string;
  description: string;
  input: Input;
  output: GenericSchema;
  run: (input: InferOutput<Input>, signal: AbortSignal) => Promise<object>;
}): McpTool {
  return { ...definition, effect: "reads", describe: undefined };
}
