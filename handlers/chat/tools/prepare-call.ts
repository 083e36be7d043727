import { safeParse } from "valibot";
import type { ModelPart, ToolCall } from "../../ports/language-model.ts";
import { describeArgumentIssues, type Tool, type ToolEffect } from "../../lib/tool.ts";
import { stripJson, stripText } from "../../lib/text.ts";
import type { ToolOutcome } from "./stored-call.ts";

export type ProposedCall = Omit<Extract<ModelPart, { type: "tool-call" }>, "type">;

/** A call with its arguments as they are shown and stored. */
interface ReadCall {
  readonly call: ToolCall;
  readonly basis: ProposedCall["basis"];
  readonly arguments: unknown;
}

export interface RunnableCall extends ReadCall {
  readonly kind: "runnable";
  readonly tool: Tool;
  readonly effect: ToolEffect;
}

export interface RefusedCall extends ReadCall {
  readonly kind: "refused";
  readonly outcome: ToolOutcome;
}

export type PreparedCall = RunnableCall | RefusedCall;

/** Characters of arguments, at most; no tool needs as many. */
const argumentsLength = 20_000;
/** Characters shown of arguments that are not JSON. */
const shownLength = 500;

/** Checks that the tool exists and that the arguments fit its schema. Never throws. */
export function prepareCall({ call, basis }: ProposedCall, tools: readonly Tool[]): PreparedCall {
  const given = readArguments(call.arguments);
  const shown = given ? given.value : stripText(call.arguments.slice(0, shownLength));
  const refuse = (error: string, message: string): PreparedCall => ({
    kind: "refused",
    call,
    basis,
    arguments: shown,
    outcome: { kind: "failed", error, message },
  });
  const tool = tools.find(({ name }) => name === call.name);
  if (!tool) {
    const names = tools.map(({ name }) => name).join(", ") || "none";
    return refuse("unknown_tool", `There is no such tool. There are: ${names}.`);
  }
  if (!given) return refuse("invalid_arguments", "The arguments must be one JSON object.");
  const parsed = safeParse(tool.input, given.value);
  if (!parsed.success) {
    return refuse("invalid_arguments", describeArgumentIssues(parsed.issues));
  }
  const input = parsed.output;
  return { kind: "runnable", call, basis, arguments: input, tool, effect: tool.effect(input) };
}

/**
 * Parses arguments; undefined for anything but a JSON object of at most 20,000 characters. Some models send an
 * empty text for no arguments.
 */
function readArguments(text: string): { readonly value: object } | undefined {
  if (text.trim() === "") return { value: {} };
  if (text.length > argumentsLength) return undefined;
  try {
    const value = stripJson(JSON.parse(text));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { value };
  } catch {
    // Not JSON: refused below.
  }
  return undefined;
}
