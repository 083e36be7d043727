import { definitions, type SettingName } from "./definitions.ts";
import type { Definition } from "./define.ts";
import { parseSettings } from "./parse.ts";
import { givenFor } from "./read.ts";
import type { Environment, SettingsProblem } from "./types.ts";

/** One row of the table of settings. Safe to print: it holds no secret and no invalid value. */
export interface SettingDescription {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly state: "set" | "default" | "missing" | "invalid";
  /** The value, `•••• (set)` for a secret, the default in words, or `–` for none. */
  readonly shown: string;
  readonly purpose: string;
  /** What is wrong and what to do, where something is. */
  readonly problem?: string;
}

/** Every setting, in order: with an empty environment, the table of defaults for a README. */
export function describeSettings(environment: Environment): readonly SettingDescription[] {
  const { problems } = parseSettings(environment);
  return (Object.keys(definitions) as SettingName[]).map((name) =>
    describe(environment, name, definitions[name], problems),
  );
}

function describe(
  environment: Environment,
  name: SettingName,
  definition: Definition<unknown, unknown>,
  problems: readonly SettingsProblem[],
): SettingDescription {
  const { aliases, purpose } = definition;
  const own = problems.filter((problem) => [name, ...aliases].includes(problem.name));
  const given = givenFor(environment, name);
  const row = { name, aliases, purpose };
  const problem = own.length > 0 ? { problem: own.map(({ message }) => message).join(" ") } : {};

  if (own.some(({ code }) => code === "invalid")) {
    return { ...row, state: "invalid", shown: "(not understood)", ...problem };
  }
  if (given.length > 0) {
    return { ...row, state: "set", shown: shownValue(definition, given), ...problem };
  }
  const shown = defaultInWords(definition);
  return { ...row, state: own.length > 0 ? "missing" : "default", shown, ...problem };
}

function defaultInWords({ otherwise, fallback }: Definition<unknown, unknown>): string {
  if (otherwise) return otherwise;
  return typeof fallback === "string" || typeof fallback === "number" ? String(fallback) : "–";
}

function shownValue(
  definition: Definition<unknown, unknown>,
  given: readonly { readonly text: string }[],
): string {
  if (definition.secret) return "•••• (set)";
  const texts = definition.merges ? given : given.slice(0, 1);
  return texts.map(({ text }) => text.replaceAll(/\s+/g, " ")).join(", ");
}
