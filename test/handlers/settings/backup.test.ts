import { describe, expect, test } from "vitest";
import { type Environment, parseSettings } from "../../../handlers/settings/index.ts";

const backupOf = (environment: Environment) => parseSettings(environment).settings.backup;
const problemsOf = (environment: Environment) => parseSettings(environment).problems;
const keys = { BACKUP_ACCESS_KEY_ID: "HFAK1", BACKUP_SECRET_ACCESS_KEY: "s3cret" };
const endpoint = { BACKUP_ENDPOINT: "https://s3.hf.co/me/" };
const bucket = { BACKUP_URL: "s3://backups", ...endpoint, ...keys };

describe("the place of the backup", () => {
  test("is none unless BACKUP_URL says where", () => {
    expect(backupOf({})).toEqual({ kind: "none" });
  });

  test("is a bucket, with a prefix or without", () => {
    const place = {
      kind: "s3",
      endpoint: "https://s3.hf.co/me",
      bucket: "backups",
      prefix: "",
      accessKeyId: "HFAK1",
      secretAccessKey: "s3cret",
      passphrase: undefined,
    };
    expect(parseSettings(bucket)).toMatchObject({ settings: { backup: place }, problems: [] });
    const deeper = { ...bucket, BACKUP_URL: "S3://backups/docent/one/" };
    expect(backupOf(deeper)).toEqual({ ...place, prefix: "docent/one" });
  });

  test("is a dataset, on the Hub unless an endpoint is given", () => {
    const dataset = { BACKUP_URL: "hf://datasets/me/kept/space", BACKUP_HF_TOKEN: "hf_1" };
    const place = {
      kind: "hub-dataset",
      endpoint: "https://huggingface.co",
      repository: "me/kept",
      prefix: "space",
      token: "hf_1",
      passphrase: undefined,
    };
    expect(parseSettings(dataset)).toMatchObject({ settings: { backup: place }, problems: [] });
    const hub = { ...dataset, BACKUP_ENDPOINT: "https://hub.example.com/" };
    expect(backupOf(hub)).toEqual({ ...place, endpoint: "https://hub.example.com" });
  });

  test("is a folder, percent-decoded", () => {
    expect(
      backupOf({ BACKUP_URL: "file:///mnt/my%20backup", BACKUP_PASSPHRASE: "correct horse" }),
    ).toEqual({ kind: "folder", directory: "/mnt/my backup", passphrase: "correct horse" });
    expect(backupOf({ BACKUP_URL: "file:///C:/backup" })).toMatchObject({ directory: "C:/backup" });
  });

  test.each([
    "backups",
    "s3://",
    "s3:///prefix",
    "s3://bucket//prefix",
    "s3://bucket/../other",
    "s3://user:secret@bucket",
    "s3://bucket?x=1",
    "hf://me/kept",
    "hf://datasets/me",
    "hf://spaces/me/kept",
    "file://",
    "file:///",
    "file://host/path",
    "file:relative",
    "file:///bad%zz",
    "file:///nul%00",
    "https://s3.hf.co/me/backups",
  ])("is not %s", (value) => {
    expect(parseSettings({ ...bucket, BACKUP_URL: value })).toMatchObject({
      settings: { backup: { kind: "unusable" } },
      problems: [
        {
          name: "BACKUP_URL",
          code: "invalid",
          message: expect.stringContaining("Until then nothing is backed up."),
          affects: ["backup"],
        },
      ],
    });
  });
});

describe("settings of the backup that do not fit together", () => {
  test.each([
    [{ BACKUP_URL: "s3://backups", ...keys }, "BACKUP_ENDPOINT"],
    [
      { BACKUP_URL: "s3://backups", ...endpoint, BACKUP_SECRET_ACCESS_KEY: "s" },
      "BACKUP_ACCESS_KEY_ID",
    ],
    [
      { BACKUP_URL: "s3://backups", ...endpoint, BACKUP_ACCESS_KEY_ID: "a" },
      "BACKUP_SECRET_ACCESS_KEY",
    ],
    [{ BACKUP_URL: "hf://datasets/me/kept" }, "BACKUP_HF_TOKEN"],
  ])("%j lack %s", (environment: Environment, name) => {
    expect(backupOf(environment)).toEqual({ kind: "unusable" });
    expect(problemsOf(environment)).toMatchObject([
      { name, code: "missing", affects: ["backup"], message: expect.stringContaining(name) },
    ]);
  });

  test("a passphrase too short never means a backup without one", () => {
    const short = { ...bucket, BACKUP_PASSPHRASE: "elevenchars" };
    expect(backupOf(short)).toEqual({ kind: "unusable" });
    expect(problemsOf(short)).toMatchObject([{ name: "BACKUP_PASSPHRASE", affects: ["backup"] }]);
    expect(JSON.stringify(problemsOf(short))).not.toContain("elevenchars");
    // Twelve characters, however many code units.
    expect(backupOf({ ...bucket, BACKUP_PASSPHRASE: "🔑".repeat(11) }).kind).toBe("unusable");
    expect(backupOf({ ...bucket, BACKUP_PASSPHRASE: "🔑".repeat(12) }).kind).toBe("s3");
  });

  test("an endpoint that cannot be read is named once", () => {
    const wrong = { ...bucket, BACKUP_ENDPOINT: "s3.hf.co" };
    expect(backupOf(wrong)).toEqual({ kind: "unusable" });
    expect(problemsOf(wrong)).toMatchObject([{ name: "BACKUP_ENDPOINT", code: "invalid" }]);
  });

  test("keys of another kind of place are named and left out", () => {
    const both = { ...bucket, BACKUP_HF_TOKEN: "hf_1" };
    expect(backupOf(both)).toMatchObject({ kind: "s3" });
    expect(problemsOf(both)).toMatchObject([
      { name: "BACKUP_HF_TOKEN", code: "conflict", affects: [] },
    ]);
    const folder = { BACKUP_URL: "file:///mnt/backup", ...endpoint };
    expect(backupOf(folder)).toMatchObject({ kind: "folder" });
    expect(problemsOf(folder)).toMatchObject([{ name: "BACKUP_ENDPOINT", code: "conflict" }]);
  });

  test("without BACKUP_URL the others ask for it", () => {
    const nowhere = { BACKUP_PASSPHRASE: "correct horse" };
    expect(backupOf(nowhere)).toEqual({ kind: "none" });
    expect(problemsOf(nowhere)).toMatchObject([
      { name: "BACKUP_URL", code: "missing", affects: ["backup"] },
    ]);
  });

  test("beside DATABASE_URL nothing is backed up, and a problem says so", () => {
    const elsewhere = {
      ...bucket,
      DATABASE_URL: "postgresql://a:b@db.example.com/docs",
      JWT_SECRET: "k".repeat(32),
    };
    expect(backupOf(elsewhere)).toEqual({ kind: "none" });
    expect(problemsOf(elsewhere)).toMatchObject([
      { name: "BACKUP_URL", code: "conflict", affects: ["backup"] },
    ]);
  });
});
