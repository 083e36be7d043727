import * as v from "valibot";
import { definitions, type SettingName } from "./definitions.ts";
import type { Definition } from "./define.ts";
import type { Affected, Environment, SettingsProblem } from "./types.ts";

type ValueOf<Setting> =
  Setting extends Definition<infer Value, infer Fallback> ? Value | Fallback : never;

/** The value of every setting, defaults filled in. */
export type SettingValues = {
  readonly [Name in SettingName]: ValueOf<(typeof definitions)[Name]>;
};

/** A setting's text as given, trimmed and never empty, under the name it was given. */
export interface Given {
  readonly name: string;
  readonly text: string;
}

export interface SettingsReading {
  readonly values: SettingValues;
  readonly problems: readonly SettingsProblem[];
}

/** Reads each setting on its own; `parseSettings` checks how they fit together. */
export function readAll(environment: Environment): SettingsReading {
  const problems: SettingsProblem[] = [];
  const values = Object.fromEntries(
    Object.entries<Definition<unknown, unknown>>(definitions).map(([name, definition]) => {
      const reading = readOne(environment, name, definition);
      problems.push(...reading.problems);
      return [name, reading.value];
    }),
  );
  return { values: values as SettingValues, problems };
}

/** A setting's text in the environment, its own name before its aliases; blank counts as missing. */
export function givenFor(environment: Environment, name: SettingName): readonly Given[] {
  return readNames(environment, [name, ...definitions[name].aliases]);
}

/** The environment's text under each of the names; blank values and values that are no strings are left out. */
export function readNames(environment: Environment, names: readonly string[]): readonly Given[] {
  return names.flatMap((name) => {
    // A worker's bindings hold objects beside strings.
    const value: unknown = environment[name];
    const text = typeof value === "string" ? value.trim() : "";
    return text === "" ? [] : [{ name, text }];
  });
}

/** The problem with a list's entries, by their places; none when every entry is fine. */
export function listProblem(
  name: string,
  rejected: readonly number[],
  form: string,
): readonly SettingsProblem[] {
  if (rejected.length === 0) return [];
  const places = rejected.slice(0, 5).join(", ") + (rejected.length > 5 ? ", …" : "");
  const entries = rejected.length === 1 ? `Entry ${places} is` : `Entries ${places} are`;
  const message = `${entries} left out: ${name} takes ${form}.`;
  return [{ name, code: "invalid", message, affects: [] }];
}

function readOne(
  environment: Environment,
  name: string,
  definition: Definition<unknown, unknown>,
): { value: unknown; problems: readonly SettingsProblem[] } {
  const given = readNames(environment, [name, ...definition.aliases]);
  const [first, ...others] = given;
  if (!first) return { value: definition.fallback, problems: [] };

  if (definition.merges) {
    return { value: given.map(({ text }) => text).join(","), problems: [] };
  }
  const problems = others
    .filter(({ text }) => text !== first.text)
    .map((other) => conflict(first.name, other.name));

  const parsed = v.safeParse(definition.kind.schema, first.text);
  if (parsed.success) return { value: parsed.output, problems };
  return { value: definition.fallback, problems: [...problems, invalid(first.name, definition)] };
}

function conflict(winner: string, loser: string): SettingsProblem {
  return {
    name: loser,
    code: "conflict",
    message: `${winner} and ${loser} differ; ${winner} is used. Remove one of them.`,
    affects: [],
  };
}

function invalid(name: string, definition: Definition<unknown, unknown>): SettingsProblem {
  const affects = definition.affects ?? [];
  return {
    name,
    code: "invalid",
    message: `${name} must be ${definition.kind.form}. ${untilThen(affects)}`,
    affects,
  };
}

const optional: ReadonlySet<Affected> = new Set(["models", "vector_store", "identity_provider"]);

function untilThen(affects: readonly Affected[]): string {
  if (affects.length === 0) return "Until then the default is used.";
  if (affects.includes("backup")) return "Until then nothing is backed up.";
  const isOptional = affects.every((part) => optional.has(part));
  return isOptional ? "Until then it is left out." : "Until then what needs it answers 503.";
}
