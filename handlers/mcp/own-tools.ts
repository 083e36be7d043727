import { taskTools } from "../contract/tool-names.ts";
import type { Tool } from "../lib/tool.ts";
import type { McpTool } from "./tool.ts";

const titles: Readonly<Record<string, string>> = {
  [taskTools.add]: "Add a task",
  [taskTools.list]: "List the tasks",
  [taskTools.update]: "Change a task",
  [taskTools.complete]: "Complete or reopen a task",
  [taskTools.delete]: "Delete a task",
};

/**
 * The assistant's tools, run for this user. The client's model proposes each call, so a call that overwrites or deletes
 * needs the user's approval, as in the chat.
 */
export function toolsForUser(tools: readonly Tool[], userId: string): McpTool[] {
  return tools.map(({ name, description, input, ...tool }) => {
    // The kind of a tool's effect does not depend on its input.
    const effect = tool.effect({}).kind;
    const isFinal = effect === "overwrites" || effect === "deletes";
    const describe = async (given: unknown) =>
      (await tool.describe?.(given, { userId })) ?? `Run ${name}`;
    return {
      name,
      title: titles[name] ?? name,
      description,
      input,
      output: undefined,
      effect,
      describe: isFinal ? describe : undefined,
      run: (given) => tool.run(given, { userId }),
    };
  });
}
