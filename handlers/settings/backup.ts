import * as v from "valibot";
import { define } from "./define.ts";
import {
  hasControlCharacter,
  headerSecret,
  isDecodable,
  secret,
  text,
  url,
  type Kind,
} from "./kinds.ts";

/** Where BACKUP_URL leads; a prefix has no slash at its ends and may be empty. */
export type BackupAddress =
  | { readonly kind: "s3"; readonly bucket: string; readonly prefix: string }
  | { readonly kind: "hub-dataset"; readonly repository: string; readonly prefix: string }
  | { readonly kind: "folder"; readonly directory: string };

/** Names as buckets, repositories and prefixes have them; none consists of dots alone. */
const segment = /^(?!\.+$)[A-Za-z0-9._-]{1,96}$/;

const address: Kind<BackupAddress> = {
  schema: v.pipe(text.schema, v.transform(parseAddress), v.custom<BackupAddress>(Boolean)),
  form: "s3://bucket/prefix, hf://datasets/owner/name or file:///path",
};

const passphrase: Kind<string> = {
  schema: v.pipe(
    text.schema,
    v.check((value) => Array.from(value).length >= 12),
  ),
  form: "at least 12 characters on one line",
};

const affects = ["backup"] as const;

/** Settings of the place in which the embedded database is kept. */
export const backupDefinitions = {
  BACKUP_URL: define(
    address,
    undefined,
    "keeps the embedded database: s3://bucket/prefix, hf://datasets/owner/name or file:///path",
    { otherwise: "nothing is backed up", affects },
  ),
  BACKUP_ENDPOINT: define(url, undefined, "S3 server of the bucket, or hub of the dataset", {
    otherwise: "none for s3; https://huggingface.co for hf",
    affects,
  }),
  BACKUP_ACCESS_KEY_ID: define(headerSecret(1), undefined, "access key of the bucket", {
    secret: true,
    affects,
  }),
  BACKUP_SECRET_ACCESS_KEY: define(secret(1), undefined, "secret of that access key", {
    secret: true,
    affects,
  }),
  BACKUP_HF_TOKEN: define(headerSecret(1), undefined, "token that may write the dataset", {
    secret: true,
    affects,
  }),
  BACKUP_PASSPHRASE: define(passphrase, undefined, "encrypts the backup; keep it elsewhere too", {
    otherwise: "not encrypted",
    secret: true,
    affects,
  }),
} as const;

function parseAddress(value: string): BackupAddress | undefined {
  const [, scheme = "", rest = ""] = /^(s3|hf|file):\/\/(.*)$/i.exec(value) ?? [];
  if (scheme.toLowerCase() === "file") return parseFolder(rest);
  const names = rest.replace(/\/$/, "").split("/");
  if (!names.every((name) => segment.test(name))) return undefined;
  if (scheme.toLowerCase() === "s3") {
    const [bucket = "", ...prefix] = names;
    return { kind: "s3", bucket, prefix: prefix.join("/") };
  }
  const [type, owner, name, ...prefix] = names;
  if (type !== "datasets" || owner === undefined || name === undefined) return undefined;
  return { kind: "hub-dataset", repository: `${owner}/${name}`, prefix: prefix.join("/") };
}

/** An absolute path after an empty host (RFC 8089), percent-encoded where it needs to be. */
function parseFolder(rest: string): BackupAddress | undefined {
  if (!/^\/[^/?#]/.test(rest) || /[?#]/.test(rest) || !isDecodable(rest)) return undefined;
  const path = decodeURIComponent(rest);
  if (hasControlCharacter(path)) return undefined;
  // `file:///C:/folder` on Windows.
  return { kind: "folder", directory: path.replace(/^\/(?=[A-Za-z]:\/)/, "") };
}
