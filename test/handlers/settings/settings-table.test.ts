import { describe, expect, test } from "vitest";
import {
  describeSettings,
  type Environment,
  parseSettings,
  type SettingDescription,
} from "../../../handlers/settings/index.ts";

const secret = "k".repeat(32);
const neon = "postgresql://user:pass@ep-1.eu-central-1.aws.neon.tech/docs";
const rowOf = (environment: Environment, name: string) =>
  describeSettings(environment).find((row) => row.name === name);
const allNames = ({ name, aliases }: SettingDescription) => [name].concat(aliases);

describe("the table of settings", () => {
  test("has a row for each name, with its default and purpose", () => {
    const rows = describeSettings({});
    expect(rows.length).toBeGreaterThan(35);
    expect(rows.every(({ state, shown, purpose }) => state === "default" && shown && purpose)).toBe(
      true,
    );
    expect(rows.map(({ shown }) => shown).join()).not.toMatch(/undefined|\[object/);
  });

  test("shows values, but never a secret's", () => {
    expect(rowOf({ PORT: "80" }, "PORT")).toMatchObject({ state: "set", shown: "80" });
    expect(rowOf({ POSTGRES_URL: neon }, "DATABASE_URL")).toMatchObject({
      state: "set",
      shown: "•••• (set)",
    });
  });

  test("says what is wrong with each, aliases included", () => {
    expect(rowOf({ SECRET_KEY: "short" }, "JWT_SECRET")).toMatchObject({
      state: "invalid",
      shown: "(not understood)",
      problem: /^SECRET_KEY must be/,
    });
    expect(rowOf({ DATABASE_URL: neon }, "JWT_SECRET")).toMatchObject({ state: "missing" });
  });
});

describe("whatever the environment holds", () => {
  const rows = describeSettings({});
  const names = rows.flatMap(allNames);
  const fragments = [
    ..."aZ0 _-./:@%,=*#?[]{}\\\"'\n\t\0\u00a0\u200b\ufeff\u{1f600}é中".split(""),
    "https://",
    "postgres://",
    "*.",
    "neon.tech",
    "10/60s",
    "gemini",
    "text=",
    "__proto__",
    "9".repeat(40),
    "x".repeat(3000),
    String.fromCharCode(0xd8_00),
  ];
  // A small linear generator: the same texts in every run.
  let state = 7;
  const pick = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const anyText = () =>
    Array.from({ length: pick(8) }, () => fragments[pick(fragments.length)]).join("");

  test("parsing never throws, and no problem or row shows a secret", () => {
    const secrets = describeSettings(Object.fromEntries(names.map((name) => [name, secret])))
      .filter(({ shown }) => shown.startsWith("••••"))
      .flatMap(allNames);
    expect(secrets).toEqual(expect.arrayContaining(["JWT_SECRET", "HF_TOKEN", "ADMIN_API_KEY"]));

    // One expectation for all rounds: each costs more than a round.
    const wrong: string[] = [];
    for (let round = 0; round < 1000; round += 1) {
      const environment = Object.fromEntries(
        ["SPACE_HOST", "SPACE_ID", ...names].map((name, index) => {
          const mark = [...secrets, "DATABASE_URL"].includes(name) ? `hidden${index}mark` : "";
          return [name, pick(3) === 0 ? anyText() + mark + anyText() : undefined];
        }),
      );
      const { problems } = parseSettings(environment);
      const shown = JSON.stringify([problems, describeSettings(environment)]);
      if (/hidden\d+mark/.test(shown)) wrong.push(shown);
      for (const { name, message } of problems)
        if (!names.includes(name) || message === "") wrong.push(`${name}: ${message}`);
    }
    expect(wrong).toEqual([]);
  });
});
