import type { ToolDescription } from "../../ports/language-model.ts";
import type { Tool } from "../../lib/tool.ts";

const described = new WeakMap<Tool, ToolDescription>();

/** Tools as a model is told of them, by the very schemas that check its calls. */
export async function describeTools(tools: readonly Tool[]): Promise<readonly ToolDescription[]> {
  if (tools.length === 0) return [];
  // Not loaded before somebody chats: it is not small.
  const { toJsonSchema } = await import("@valibot/to-json-schema");
  return tools.map((tool) => {
    const known = described.get(tool);
    if (known) return known;
    const { $schema: _dialect, ...parameters } = toJsonSchema(tool.input, {
      typeMode: "input",
      // What JSON Schema cannot say is checked when the tool is called.
      errorMode: "ignore",
    });
    const description = { name: tool.name, description: tool.description, parameters };
    described.set(tool, description);
    return description;
  });
}
