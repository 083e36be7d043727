import { headerSecret, type Kind } from "./kinds.ts";
import type { Affected } from "./types.ts";

/** One setting: its names, its form, its default, and what it is for. */
export interface Definition<Value, Fallback> {
  readonly aliases: readonly string[];
  readonly kind: Kind<Value>;
  readonly fallback: Fallback;
  /** The default in words, where the fallback does not say it. */
  readonly otherwise?: string;
  readonly purpose: string;
  /** Its value is never shown. */
  readonly secret?: true;
  /** The values of all its names are merged, instead of the first name winning. */
  readonly merges?: true;
  /** What answers 503 while the setting is invalid; none where the default can stand in. */
  readonly affects?: readonly Affected[];
}

type Extras = Partial<Omit<Definition<never, never>, "kind" | "fallback" | "purpose">>;

/** @param fallback the value where the setting is missing or invalid */
export function define<Value, const Fallback extends Value | undefined>(
  kind: Kind<Value>,
  fallback: Fallback,
  purpose: string,
  extras: Extras = {},
): Definition<Value, Fallback> {
  return { aliases: [], ...extras, kind, fallback, purpose };
}

/** A key of a model's provider. */
export function modelKey(purpose: string): Definition<string, undefined> {
  return define(headerSecret(1), undefined, purpose, { secret: true, affects: ["models"] });
}
