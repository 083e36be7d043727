import type { ToolDescription } from "../../ports/language-model.ts";
import type { Tool } from "../../lib/tool.ts";

const described = new WeakMap<Tool, ToolDescription>();

/** Describes tools to a model by the same schemas that check its calls. */
export async function describeTools(tools: readonly Tool[]): Promise<readonly ToolDescription[]> {
  // Only where a description is missing: to import even a loaded module takes a part of a millisecond.
  if (tools.some((tool) => !described.has(tool))) await describe(tools);
  return tools.flatMap((tool) => described.get(tool) ?? []);
}

async function describe(tools: readonly Tool[]): Promise<void> {
  // Loaded at the first chat only, because it is large.
  const { toJsonSchema } = await import("@valibot/to-json-schema");
  for (const tool of tools) {
    const { $schema: _dialect, ...parameters } = toJsonSchema(tool.input, {
      typeMode: "input",
      // Rules that JSON Schema cannot express are checked when the tool is called.
      errorMode: "ignore",
    });
    described.set(tool, { name: tool.name, description: tool.description, parameters });
  }
}
