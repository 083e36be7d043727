/** A JSON Schema as Qdrant's OpenAPI document (3.0) uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly uniqueItems?: boolean;
}

type Resolve = (reference: string) => Schema;

/**
 * The errors of `value`, each with its path; empty when it fits. Stricter than the specification: an unknown
 * property is an error, because it may be misspelt.
 */
export function misfits(value: unknown, schema: Schema, resolve: Resolve, path = "$"): string[] {
  if (schema.$ref !== undefined) return misfits(value, resolve(schema.$ref), resolve, path);
  if (value === null && schema.nullable === true) return [];
  // Qdrant writes "or null" as an alternative with nothing but `nullable`.
  if (schema.nullable === true && Object.keys(schema).length === 1) return [`${path}: not null`];
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) {
    const attempts = alternatives.map((each) => misfits(value, each, resolve, path));
    if (attempts.some((found) => found.length === 0)) return [];
    return attempts.sort((one, other) => other.join().length - one.join().length)[0] ?? [];
  }
  if (schema.enum && !schema.enum.includes(value)) {
    return [`${path}: ${JSON.stringify(value)} is none of ${schema.enum.join(", ")}`];
  }
  switch (schema.type) {
    case undefined:
      return [];
    case "object":
      return misfitsOfObject(value, schema, resolve, path);
    case "array":
      return misfitsOfArray(value, schema, resolve, path);
    case "integer":
    case "number":
      return misfitsOfNumber(value, schema, path);
    case "string": {
      const isUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
      if (typeof value !== "string") return [`${path}: not a string`];
      if (value.length < (schema.minLength ?? 0)) return [`${path}: too short`];
      return schema.format === "uuid" && !isUuid.test(value) ? [`${path}: not a UUID`] : [];
    }
    case "boolean":
      return typeof value === "boolean" ? [] : [`${path}: not a boolean`];
    default:
      return [`${path}: the schema has the unknown type ${schema.type}`];
  }
}

function misfitsOfObject(value: unknown, schema: Schema, resolve: Resolve, path: string) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [`${path}: not an object`];
  }
  const { properties = {}, additionalProperties, required = [] } = schema;
  const missing = required.filter((name) => !(name in value));
  const found = missing.map((name) => `${path}.${name}: missing`);
  for (const [name, each] of Object.entries(value)) {
    const described = properties[name] ?? additionalProperties;
    if (typeof described === "object") {
      found.push(...misfits(each, described, resolve, `${path}.${name}`));
    } else if (described === false || (described === undefined && schema.properties)) {
      found.push(`${path}.${name}: unknown`);
    }
  }
  return found;
}

function misfitsOfArray(value: unknown, schema: Schema, resolve: Resolve, path: string) {
  if (!Array.isArray(value)) return [`${path}: not an array`];
  if (value.length < (schema.minItems ?? 0)) return [`${path}: too short`];
  if (schema.uniqueItems && new Set(value).size < value.length) return [`${path}: not unique`];
  const { items } = schema;
  return items
    ? value.flatMap((each, index) => misfits(each, items, resolve, `${path}[${index}]`))
    : [];
}

function misfitsOfNumber(value: unknown, schema: Schema, path: string): string[] {
  if (typeof value !== "number") return [`${path}: not a number`];
  if (schema.type === "integer" && !Number.isInteger(value)) return [`${path}: not an integer`];
  const { minimum = schema.format?.startsWith("uint") ? 0 : -Infinity, maximum = Infinity } =
    schema;
  return value < minimum || value > maximum ? [`${path}: out of range`] : [];
}
