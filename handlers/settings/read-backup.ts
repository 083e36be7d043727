import type { SettingValues } from "./read.ts";
import type { BackupSettings, SettingsProblem } from "./types.ts";

interface BackupReading {
  readonly backup: BackupSettings;
  readonly problems: readonly SettingsProblem[];
}

type OwnName = Extract<keyof SettingValues, `BACKUP_${string}`>;

const kindNames = { s3: "s3://", "hub-dataset": "hf://", folder: "file://" } as const;

/** The settings that each kind of place needs, those it can do without, and those of other kinds. */
const needs: Readonly<Record<keyof typeof kindNames, readonly OwnName[]>> = {
  s3: ["BACKUP_ENDPOINT", "BACKUP_ACCESS_KEY_ID", "BACKUP_SECRET_ACCESS_KEY"],
  "hub-dataset": ["BACKUP_HF_TOKEN"],
  folder: [],
};
const usable: typeof needs = { ...needs, "hub-dataset": ["BACKUP_HF_TOKEN", "BACKUP_ENDPOINT"] };
const ownNames: readonly OwnName[] = [
  "BACKUP_ENDPOINT",
  "BACKUP_ACCESS_KEY_ID",
  "BACKUP_SECRET_ACCESS_KEY",
  "BACKUP_HF_TOKEN",
];

/**
 * Where the embedded database is kept, if everything that the place needs is there.
 *
 * @param isEmbedded whether the database is the embedded one; another database is never kept
 * @param unreadable settings that are there and could not be read
 */
export function readBackup(
  values: SettingValues,
  isEmbedded: boolean,
  unreadable: ReadonlySet<string>,
): BackupReading {
  const { BACKUP_URL: address } = values;
  const isGiven = (name: OwnName) => values[name] !== undefined || unreadable.has(name);
  if (address === undefined) {
    if (unreadable.has("BACKUP_URL")) return { backup: { kind: "unusable" }, problems: [] };
    const others: readonly OwnName[] = [...ownNames, "BACKUP_PASSPHRASE"];
    const given = others.find(isGiven);
    const problems = given === undefined ? [] : [missing("BACKUP_URL", `${given} is set`)];
    return { backup: { kind: "none" }, problems };
  }
  if (!isEmbedded) return { backup: { kind: "none" }, problems: [needless] };

  const { kind } = address;
  const problems = [
    ...needs[kind]
      .filter((name) => !isGiven(name))
      .map((name) => missing(name, `BACKUP_URL begins with ${kindNames[kind]}`)),
    ...ownNames
      .filter((name) => isGiven(name) && !usable[kind].includes(name))
      .map((name) => unused(name, kindNames[kind])),
  ];
  const isBroken = [...usable[kind], "BACKUP_PASSPHRASE"].some((name) => unreadable.has(name));
  const backup = isBroken ? undefined : assemble(values);
  return { backup: backup ?? { kind: "unusable" }, problems };
}

/** Undefined where something that is needed is not there. */
function assemble(values: SettingValues): BackupSettings | undefined {
  const { BACKUP_URL: address, BACKUP_ENDPOINT: endpoint, BACKUP_PASSPHRASE: passphrase } = values;
  if (address === undefined) return undefined;
  if (address.kind === "folder") return { ...address, passphrase };
  if (address.kind === "hub-dataset") {
    const { BACKUP_HF_TOKEN: token } = values;
    if (token === undefined) return undefined;
    return { ...address, endpoint: endpoint ?? "https://huggingface.co", token, passphrase };
  }
  const { BACKUP_ACCESS_KEY_ID: accessKeyId, BACKUP_SECRET_ACCESS_KEY: secretAccessKey } = values;
  if (endpoint === undefined || accessKeyId === undefined || secretAccessKey === undefined) {
    return undefined;
  }
  return { ...address, endpoint, accessKeyId, secretAccessKey, passphrase };
}

const examples: Readonly<Partial<Record<OwnName, string>>> = {
  BACKUP_ENDPOINT:
    " Examples are https://s3.hf.co/<namespace> and https://s3.eu-central-1.amazonaws.com.",
};

function missing(name: OwnName, because: string): SettingsProblem {
  return {
    name,
    code: "missing",
    message: `${because}: ${name} is needed too. Until then nothing is backed up.${examples[name] ?? ""}`,
    affects: ["backup"],
  };
}

function unused(name: OwnName, scheme: string): SettingsProblem {
  return {
    name,
    code: "conflict",
    message: `BACKUP_URL begins with ${scheme}, so ${name} is not used. Remove it, or correct BACKUP_URL.`,
    affects: [],
  };
}

const needless: SettingsProblem = {
  name: "BACKUP_URL",
  code: "conflict",
  message:
    "DATABASE_URL is set, and only the embedded database is backed up: BACKUP_URL is ignored. Back that server up itself.",
  affects: ["backup"],
};
