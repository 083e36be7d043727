import type { LanguageModel, UpstreamModel } from "../../../ports/language-model.ts";

/** How a model of `/v1` answers. */
export type OfferedModel =
  /** From the documents. `tools`: also those of the user's tasks. `links`: the text ends with a list of the sources. */
  | { readonly kind: "docent"; readonly tools: "all" | "documents"; readonly links: boolean }
  /** As the model itself, without documents. */
  | { readonly kind: "upstream"; readonly model: LanguageModel };

const own: Readonly<Record<string, OfferedModel>> = {
  docent: { kind: "docent", tools: "all", links: false },
  "docent-documents": { kind: "docent", tools: "documents", links: false },
  "docent-links": { kind: "docent", tools: "all", links: true },
};

/** The models that a caller may name, Docent's own first. @param upstreams those that this caller may use */
export function offerModels(
  upstreams: readonly UpstreamModel[],
): ReadonlyMap<string, OfferedModel> {
  return new Map<string, OfferedModel>([
    ...Object.entries(own),
    ...upstreams.map(({ name, model }) => [name, { kind: "upstream", model }] as const),
  ]);
}

/** A model as `/v1/models` lists it. */
export function describeModel(id: string, { kind }: OfferedModel) {
  return { id, object: "model", created: 0, owned_by: kind === "docent" ? "docent" : "upstream" };
}
