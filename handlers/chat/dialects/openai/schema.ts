import * as v from "valibot";

const usage = v.object({
  prompt_tokens: v.number(),
  completion_tokens: v.number(),
  total_tokens: v.number(),
});

/** A chat completion as one JSON object. */
export const completion = v.object({
  id: v.string(),
  object: v.literal("chat.completion"),
  created: v.number(),
  model: v.string(),
  choices: v.array(
    v.object({
      index: v.number(),
      message: v.object({
        role: v.literal("assistant"),
        content: v.nullable(v.string()),
        refusal: v.nullable(v.string()),
        reasoning_content: v.optional(v.string()),
        tool_calls: v.optional(
          v.array(
            v.object({
              id: v.string(),
              type: v.literal("function"),
              function: v.object({ name: v.string(), arguments: v.string() }),
            }),
          ),
        ),
        annotations: v.optional(
          v.array(
            v.object({
              type: v.literal("url_citation"),
              url_citation: v.object({
                url: v.string(),
                title: v.string(),
                start_index: v.number(),
                end_index: v.number(),
              }),
            }),
          ),
        ),
      }),
      logprobs: v.null(),
      finish_reason: v.picklist(["stop", "length", "tool_calls", "content_filter"]),
    }),
  ),
  usage,
});

/** A model that a client may name. */
export const listedModel = v.object({
  id: v.string(),
  object: v.literal("model"),
  created: v.number(),
  owned_by: v.string(),
});

export const modelList = v.object({ object: v.literal("list"), data: v.array(listedModel) });

export const modelParams = v.object({ id: v.pipe(v.string(), v.maxLength(300)) });
