import { readFileSync } from "node:fs";
import { misfits, type Schema } from "../json-schema.ts";

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Operation {
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface Exchange {
  readonly method: string;
  /** The path without the query. */
  readonly path: string;
  readonly request: unknown;
  readonly status: number;
  readonly response: unknown;
}

/** The errors of an exchange by Qdrant's OpenAPI document; empty when it fits. */
export type CheckExchange = (exchange: Exchange) => string[];

let isTold = false;

/**
 * Checks against the document that QDRANT_OPENAPI names (in Qdrant's repository under docs/redoc). Undefined,
 * with a message, when the variable is not set.
 */
export function createExchangeCheck(): CheckExchange | undefined {
  const file = process.env["QDRANT_OPENAPI"];
  if (!file) {
    if (!isTold) console.warn("Qdrant's requests: not validated, QDRANT_OPENAPI names no document");
    isTold = true;
    return undefined;
  }
  const document = JSON.parse(readFileSync(file, "utf8")) as OpenApi;
  const resolve = (reference: string): Schema => {
    const schema = document.components.schemas[reference.split("/").at(-1) ?? ""];
    if (schema === undefined) throw new Error(`the document has no ${reference}`);
    return schema;
  };
  const templates = Object.keys(document.paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`),
  }));
  return ({ method, path, request, status, response }) => {
    // A literal path goes before one with a parameter in the same place.
    const fitting = templates.filter(({ pattern }) => pattern.test(path));
    const [best] = fitting.sort((one, other) => countParameters(one) - countParameters(other));
    const operation = best && document.paths[best.template]?.[method.toLowerCase()];
    if (operation === undefined) return [`${method} ${path}: no such operation`];
    const asked = schemaOf(operation.requestBody);
    const described = operation.responses[status] ?? operation.responses[`${status}`[0] + "XX"];
    const answered = schemaOf(described ?? operation.responses["default"]);
    return [
      ...(asked ? misfits(request, asked, resolve, `${method} ${path} request`) : []),
      ...(answered ? misfits(response, answered, resolve, `${method} ${path} ${status}`) : []),
    ];
  };
}

function countParameters({ template }: { template: string }): number {
  return template.split("{").length;
}

function schemaOf(content: Content | undefined): Schema | undefined {
  return content?.content?.["application/json"]?.schema;
}
