import * as v from "valibot";

const annotation = v.object({
  type: v.literal("url_citation"),
  url: v.string(),
  title: v.string(),
  start_index: v.number(),
  end_index: v.number(),
});

const itemStatus = v.picklist(["in_progress", "completed", "incomplete"]);

const message = v.object({
  id: v.string(),
  type: v.literal("message"),
  status: itemStatus,
  role: v.literal("assistant"),
  content: v.array(
    v.object({
      type: v.literal("output_text"),
      text: v.string(),
      annotations: v.array(annotation),
      logprobs: v.array(v.unknown()),
    }),
  ),
});

const functionCall = v.object({
  id: v.string(),
  type: v.literal("function_call"),
  status: itemStatus,
  call_id: v.string(),
  name: v.string(),
  arguments: v.string(),
});

const usage = v.object({
  input_tokens: v.number(),
  input_tokens_details: v.object({ cached_tokens: v.number() }),
  output_tokens: v.number(),
  output_tokens_details: v.object({ reasoning_tokens: v.number() }),
  total_tokens: v.number(),
});

/** A response as one JSON object. */
export const responseObject = v.object({
  id: v.string(),
  object: v.literal("response"),
  created_at: v.number(),
  completed_at: v.nullable(v.number()),
  status: v.picklist(["in_progress", "completed", "incomplete", "cancelled", "failed"]),
  error: v.nullable(v.object({ code: v.string(), message: v.string() })),
  incomplete_details: v.nullable(v.object({ reason: v.string() })),
  output: v.array(v.union([message, functionCall])),
  usage: v.nullable(usage),
  model: v.string(),
  instructions: v.nullable(v.string()),
  previous_response_id: v.nullable(v.string()),
  tools: v.array(v.looseObject({})),
  tool_choice: v.unknown(),
  max_output_tokens: v.nullable(v.number()),
  metadata: v.record(v.string(), v.string()),
  store: v.boolean(),
  background: v.boolean(),
});

export const deletedResponse = v.object({
  id: v.string(),
  object: v.literal("response"),
  deleted: v.literal(true),
});
