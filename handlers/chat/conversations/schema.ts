import * as v from "valibot";
import { exportFormats } from "../../contract/conversation.ts";
import { pageQuery } from "../../lib/paging.ts";
import { atMost, titleText } from "../../lib/text-schema.ts";

export const conversationQuery = v.object({
  q: v.optional(v.pipe(v.string(), v.trim(), atMost(200)), ""),
  ...pageQuery({ usual: 50, maximum: 100 }),
});

export const conversationPatch = v.object({ title: titleText });

export const exportQuery = v.object({
  format: v.optional(v.picklist(exportFormats, "must be json, markdown or text"), "json"),
});
