import * as v from "valibot";
import { boundedArray } from "../../../lib/bounded-array.ts";
import type { ToolDescription } from "../../../ports/language-model.ts";
import type { PastMessage } from "../../answers/history.ts";
import type { ChatLimits } from "../../schema.ts";
import {
  content,
  describeFunction,
  functionFields,
  modelName,
  mostTools,
  questionIssue,
  textOfContent,
  tokenLimit,
} from "../openai/fields.ts";
import { isReference, readItems, type InputItem } from "./items.ts";

const mostItems = 1000;

/** An item of any type; those that are not messages or calls of functions are passed over. */
const item = v.object({
  type: v.optional(v.nullable(v.string())),
  role: v.optional(v.picklist(["system", "developer", "user", "assistant"])),
  content: v.optional(v.nullable(content)),
  id: v.optional(v.nullable(v.string())),
  call_id: v.optional(v.string()),
  name: v.optional(v.string()),
  arguments: v.optional(v.string()),
  output: v.optional(v.nullable(content)),
});

const clientTool = v.object({
  type: v.literal("function", 'must be "function": Docent runs its own search, and no other tools'),
  ...functionFields,
});

/** The body of POST /v1/responses. Fields that are not here are ignored, as clients send many. */
export function responseBody(limits: ChatLimits) {
  return v.pipe(
    v.object({
      model: modelName,
      input: v.pipe(
        v.union(
          [v.string(), boundedArray(item, mostItems)],
          `must be a text or a list of at most ${mostItems} items`,
        ),
        v.description(
          "The last user message is the question. `system` and `developer` messages add to Docent's own instructions.",
        ),
      ),
      instructions: v.optional(v.nullable(v.string())),
      previous_response_id: v.pipe(
        v.optional(v.nullable(v.pipe(v.string(), v.maxLength(100)))),
        v.description("The response to go on from: its conversation is continued."),
      ),
      stream: v.optional(v.nullable(v.boolean())),
      background: v.pipe(
        v.optional(v.nullable(v.boolean())),
        v.description("Whether the answer goes on without a reader. Otherwise leaving cancels it."),
      ),
      store: v.pipe(
        v.optional(v.nullable(v.boolean())),
        v.description("`false`: answered from the input alone, and nothing is stored."),
      ),
      tools: v.pipe(
        v.optional(v.nullable(boundedArray(clientTool, mostTools))),
        v.description("The client's own functions. Calls of them end the response."),
      ),
      tool_choice: v.pipe(
        v.optional(v.unknown()),
        v.description('`"none"`: no tool is called. Other values are ignored.'),
      ),
      max_output_tokens: tokenLimit,
      metadata: v.optional(v.nullable(v.record(v.string(), v.string()))),
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const { value } = dataset;
      for (const [key, message] of issuesOf(value, limits)) {
        const path = { type: "object", origin: "value", input: { ...value }, key, value: null };
        addIssue({ message, path: [path as v.ObjectPathItem] });
      }
    }),
  );
}
export type ResponseBody = v.InferOutput<ReturnType<typeof responseBody>>;

function issuesOf(body: ResponseBody, limits: ChatLimits): [key: string, message: string][] {
  const { messages, question, continued, results } = readInput(body);
  if (listItems(body).some((each) => isReference(each) && !each.id)) {
    return [["input", "has an item_reference without an id"]];
  }
  if (body.store === false) {
    if (body.background === true) return [["background", "needs a response that is stored"]];
    if (continued !== undefined) {
      const key = body.previous_response_id ? "previous_response_id" : "input";
      return [[key, "goes on from a stored response, which a response that is not stored cannot"]];
    }
  }
  if (continued === undefined && results.size > 0) {
    return [["input", "has a result without its call"]];
  }
  if (question === undefined) {
    const goesOn = continued !== undefined && messages.length + results.size > 0;
    return goesOn ? [] : [["input", "must have a user message"]];
  }
  const issue = questionIssue(question, limits);
  return issue === undefined ? [] : [["input", issue]];
}

function listItems({ input }: ResponseBody): readonly InputItem[] {
  return typeof input === "string" ? [{ role: "user", content: input }] : input;
}

/** The input as messages, and the response that it goes on from, which an item of it may name. */
function readInput(body: ResponseBody) {
  const { continued, ...rest } = readItems(listItems(body));
  return { ...rest, continued: body.previous_response_id ?? continued };
}

/** What a response tells of its request; kept with it. */
export interface KeptRequest {
  readonly model: string;
  readonly instructions: string | null;
  readonly previous_response_id: string | null;
  readonly tools: readonly object[];
  readonly tool_choice: unknown;
  readonly max_output_tokens: number | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly store: boolean;
  readonly background: boolean;
}

export interface ResponseTurn {
  readonly messages: readonly PastMessage[];
  /** Id of a response or of one of its items; undefined: a new conversation. */
  readonly continued: string | undefined;
  /** Results of calls of the response before, by their ids. */
  readonly results: ReadonlyMap<string, string>;
  /** The client's own instructions; empty: none. */
  readonly instructions: string;
  readonly clientTools: readonly ToolDescription[];
  /** Whether any tool may be called, Docent's own included. */
  readonly toolChoice: "auto" | "none";
  readonly answerTokens: number | undefined;
  readonly kept: KeptRequest;
}

/** The turn that a body asks for. */
export function readResponse(body: ResponseBody): ResponseTurn {
  const { tools, tool_choice: choice } = body;
  const instructions = listItems(body)
    .filter(({ role }) => role === "system" || role === "developer")
    .map((each) => textOfContent(each.content));
  const { messages, continued, results } = readInput(body);
  return {
    messages,
    continued,
    results,
    instructions: [body.instructions ?? "", ...instructions].join("\n\n").trim(),
    clientTools: choice === "none" ? [] : (tools ?? []).map(describeFunction),
    toolChoice: choice === "none" ? "none" : "auto",
    answerTokens: body.max_output_tokens ?? undefined,
    kept: {
      model: body.model,
      instructions: body.instructions ?? null,
      previous_response_id: body.previous_response_id ?? null,
      tools: (tools ?? []).map((tool) => ({
        type: "function",
        ...describeFunction(tool),
        strict: false,
      })),
      tool_choice: choice ?? "auto",
      max_output_tokens: body.max_output_tokens ?? null,
      metadata: body.metadata ?? {},
      store: body.store !== false,
      background: body.background === true,
    },
  };
}

const flag = v.pipe(
  v.picklist(["true", "false"], "must be true or false"),
  v.transform((value) => value === "true"),
  v.metadata({ type: "boolean" }),
);

export const retrieveQuery = v.object({
  stream: v.optional(flag, "false"),
  starting_after: v.pipe(
    v.optional(
      v.pipe(
        v.string(),
        v.check((value) => /^\d{1,9}$/.test(value), "must be a whole number"),
        v.transform(Number),
      ),
    ),
    v.metadata({ type: "integer", minimum: 0 }),
    v.description("With `stream=true`: events up to this `sequence_number` are left out."),
  ),
});

export const responseParams = v.object({ id: v.pipe(v.string(), v.maxLength(100)) });
