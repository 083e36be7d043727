import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";

interface JsonSchema {
  properties?: Record<string, object>;
  required?: string[];
}

/** A valibot schema as the JSON Schema of what it reads or yields. */
export function describeSchema(schema: GenericSchema, typeMode: "input" | "output"): JsonSchema {
  // Left out: 2020-12 is the dialect that OpenAPI 3.1 assumes.
  const { $schema: _dialect, ...described } = toJsonSchema(schema, {
    target: "draft-2020-12",
    typeMode,
    // Checks and transformations that JSON Schema cannot express are left to the server.
    errorMode: "ignore",
  });
  return described as JsonSchema;
}
