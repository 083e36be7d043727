import type { ForeignCollection, VectorStore } from "../../handlers/ports/vector-store.ts";
import type { Circuit } from "../circuit.ts";
import { createQdrantStore } from "./qdrant.ts";
import { createForeignCollection, type ForeignFields } from "./qdrant-foreign.ts";

type Choice =
  | { readonly kind: "postgres" }
  | {
      readonly kind: "qdrant";
      readonly url: string;
      readonly apiKey: string | undefined;
      readonly collection: string;
      readonly payload: ForeignFields | undefined;
    };

/** The vector store that the settings name; undefined: the database. */
export function chooseVectorStore(
  choice: Choice,
  circuit: Circuit,
):
  | { readonly kind: "outside"; readonly store: VectorStore }
  | { readonly kind: "foreign"; readonly collection: ForeignCollection }
  | undefined {
  if (choice.kind === "postgres") return undefined;
  const { payload: fields, ...place } = choice;
  const options = { ...place, circuit };
  return fields === undefined
    ? { kind: "outside", store: createQdrantStore(options) }
    : { kind: "foreign", collection: createForeignCollection({ ...options, fields }) };
}
