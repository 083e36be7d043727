import type { Dependency } from "../../handlers/ports/dependency.ts";
import type { ForeignCollection, VectorStore } from "../../handlers/ports/vector-store.ts";
import type { Circuit } from "../circuit.ts";
import { describeQdrant, probeQdrant } from "./qdrant/describe.ts";
import { createQdrantStore } from "./qdrant/store.ts";
import { createForeignCollection } from "./qdrant/foreign.ts";
import type { ForeignFields } from "./qdrant/foreign-passage.ts";

type Choice =
  | { readonly kind: "postgres" }
  | {
      readonly kind: "qdrant";
      readonly url: string;
      readonly apiKey: string | undefined;
      readonly collection: string;
      readonly payload: ForeignFields | undefined;
    };

const freshMilliseconds = 60_000;

export interface ChosenStore {
  readonly vectors:
    | { readonly kind: "outside"; readonly store: VectorStore }
    | { readonly kind: "foreign"; readonly collection: ForeignCollection };
  readonly dependency: Dependency;
}

/** The vector store in the settings; undefined where vectors are kept in the database. */
export function chooseVectorStore(choice: Choice, circuit: Circuit): ChosenStore | undefined {
  if (choice.kind === "postgres") return undefined;
  const { payload: fields, ...place } = choice;
  const options = { ...place, circuit };
  const dependency = {
    service: "vector_store",
    name: "vector_store",
    circuit,
    freshMilliseconds,
  } as const;
  if (fields === undefined) {
    return {
      vectors: { kind: "outside", store: createQdrantStore(options) },
      dependency: {
        ...dependency,
        probe: (signal) => probeQdrant(options, signal),
        describe: (signal) => describeQdrant(options, signal),
      },
    };
  }
  const collection = createForeignCollection({ ...options, fields });
  return {
    vectors: { kind: "foreign", collection },
    dependency: {
      ...dependency,
      statusOverride: () => collection.trouble(),
      probe: (signal) => collection.check(signal),
      async describe(signal) {
        await collection.check(signal);
        return describeQdrant(options, signal);
      },
    },
  };
}
