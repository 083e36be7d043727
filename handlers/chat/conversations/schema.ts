import * as v from "valibot";
import { pageQuery } from "../../lib/paging.ts";
import { atMost, titleText } from "../../lib/text-schema.ts";
import { source, toolCall } from "../schema.ts";

export const conversationQuery = v.object({
  q: v.optional(v.pipe(v.string(), v.trim(), atMost(200)), ""),
  ...pageQuery({ usual: 50, maximum: 100 }),
});

export const conversationPatch = v.object({ title: titleText });

export const exportQuery = v.object({
  format: v.optional(
    v.picklist(["json", "markdown", "text"], "must be json, markdown or text"),
    "json",
  ),
});

export const conversationSummary = v.object({
  id: v.string(),
  title: v.string(),
  created_at: v.string(),
  updated_at: v.string(),
});

export const conversationList = v.object({
  conversations: v.array(conversationSummary),
  next_cursor: v.nullable(v.string()),
});

export const conversation = v.object({
  ...conversationSummary.entries,
  messages: v.array(
    v.object({
      id: v.string(),
      role: v.picklist(["user", "assistant"]),
      content: v.string(),
      sources: v.array(source),
      tool_calls: v.array(toolCall),
      status: v.picklist(["streaming", "complete", "stopped", "failed"]),
      created_at: v.string(),
    }),
  ),
});
