import type { GenericSchema, InferOutput } from "valibot";

/** The type that a schema of this folder describes, with every level read-only. */
export type Sent<Schema extends GenericSchema> = ReadOnly<InferOutput<Schema>>;

type ReadOnly<Value> = Value extends readonly (infer Item)[]
  ? readonly ReadOnly<Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: ReadOnly<Value[Name]> }
    : Value;
