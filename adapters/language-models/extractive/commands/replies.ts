import { taskTools } from "../../../../handlers/contract/tool-names.ts";
import type { ModelMessage, ToolCall } from "../../../../handlers/ports/language-model.ts";
import type { ToolReply } from "./words.ts";

const names: ReadonlySet<string> = new Set(Object.values(taskTools));

/** The task tools' replies since the user's last message. */
export function repliesIn(messages: readonly ModelMessage[]): ToolReply[] {
  const calls = new Map<string, ToolCall>();
  const replies: ToolReply[] = [];
  const spoke = messages.findLastIndex(({ role }) => role === "user");
  for (const message of messages.slice(spoke + 1)) {
    if (message.role === "assistant") {
      for (const each of message.toolCalls ?? []) calls.set(each.id, each);
    }
    const called = message.role === "tool" ? calls.get(message.toolCallId) : undefined;
    if (!called || !names.has(called.name)) continue;
    const input = JSON.parse(called.arguments);
    replies.push({ tool: called.name, input, reply: JSON.parse(message.content) });
  }
  return replies;
}
