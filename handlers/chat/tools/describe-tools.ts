import type { ToolDescription } from "../../ports/language-model.ts";
import type { Tool } from "../../lib/tool.ts";

const described = new WeakMap<Tool, ToolDescription>();

/** Describes tools to a model by the same schemas that check its calls. */
export async function describeTools(tools: readonly Tool[]): Promise<readonly ToolDescription[]> {
  if (tools.length === 0) return [];
  // Loaded at the first chat only, because it is large.
  const { toJsonSchema } = await import("@valibot/to-json-schema");
  return tools.map((tool) => {
    const known = described.get(tool);
    if (known) return known;
    const { $schema: _dialect, ...parameters } = toJsonSchema(tool.input, {
      typeMode: "input",
      // Rules that JSON Schema cannot express are checked when the tool is called.
      errorMode: "ignore",
    });
    const description = { name: tool.name, description: tool.description, parameters };
    described.set(tool, description);
    return description;
  });
}
