import type { Caller } from "../../../http/access/identity.ts";
import { Problem } from "../../../http/problem.ts";
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

/** The models that a caller may name, Docent's own first: the upstream ones only with an API key for models. */
export function offerModels(
  { credential }: Caller,
  upstreams: readonly UpstreamModel[],
): ReadonlyMap<string, OfferedModel> {
  const mayUse = credential.kind === "key" && credential.scopes.includes("models");
  return new Map<string, OfferedModel>([
    ...Object.entries(own),
    ...(mayUse ? upstreams : []).map(
      ({ name, model }) => [name, { kind: "upstream", model }] as const,
    ),
  ]);
}

/** The model of this name. @throws Problem 404 `model_not_found`, with the names of those that the caller may use */
export function findModel(
  name: string,
  caller: Caller,
  upstreams: readonly UpstreamModel[],
): OfferedModel {
  const models = offerModels(caller, upstreams);
  const model = models.get(name);
  if (model) return model;
  const names = [...models.keys()].join(", ");
  throw new Problem(404, "model_not_found", `There is no model of this name. There are: ${names}.`);
}

/** A model as `/v1/models` lists it. */
export function describeModel(id: string, { kind }: OfferedModel) {
  return { id, object: "model", created: 0, owned_by: kind === "docent" ? "docent" : "upstream" };
}

/** Whose tools the models have that use none of a user. */
export const nobody = { kind: "anonymous" } as const;

const day = 86_400_000;

/** 429 until the day ends (UTC). */
export function overBudget(now: number): Problem {
  const seconds = Math.ceil((day - (now % day)) / 1000);
  return new Problem(429, "rate_limited", "The tokens of this day (UTC) are used up.", {
    headers: { "retry-after": String(seconds) },
  });
}
