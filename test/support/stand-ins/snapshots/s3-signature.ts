import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** An error as S3 answers it. */
export interface S3Error {
  readonly status: number;
  readonly code: string;
  readonly region?: string;
}

const fifteenMinutes = 15 * 60_000;
const hash = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();

/**
 * Verifies a request's AWS Signature Version 4 as a server does, from the bytes that arrived. Written apart from
 * our signer, by https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html; payloads in chunks and
 * unsigned ones are refused, as the Hub's gateway refuses them.
 */
export function verifySignature(
  request: IncomingMessage,
  body: Buffer,
  { keys, region, now }: { keys: S3Keys; region: string; now: number },
): S3Error | undefined {
  const headerOf = (name: string) => String(request.headers[name] ?? "");
  const parsed =
    /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([\da-f]{64})$/.exec(
      headerOf("authorization"),
    );
  if (!parsed) return { status: 403, code: "AccessDenied" };
  const [, accessKeyId = "", day = "", signedRegion = "", names = "", signature = ""] = parsed;
  if (accessKeyId !== keys.accessKeyId) return { status: 403, code: "InvalidAccessKeyId" };
  if (signedRegion !== region) return { status: 400, code: "AuthorizationHeaderMalformed", region };

  const time = headerOf("x-amz-date");
  const [, year, month, date, hours, minutes, seconds] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  const at = Date.parse(`${year}-${month}-${date}T${hours}:${minutes}:${seconds}Z`);
  if (Number.isNaN(at) || !time.startsWith(day)) return { status: 403, code: "AccessDenied" };
  if (Math.abs(at - now) > fifteenMinutes) return { status: 403, code: "RequestTimeTooSkewed" };

  const payload = headerOf("x-amz-content-sha256");
  if (!/^[\da-f]{64}$/.test(payload)) return { status: 501, code: "NotImplemented" };
  if (payload !== hash(body)) return { status: 400, code: "XAmzContentSHA256Mismatch" };
  const signed = names.split(";");
  const mustBeSigned = Object.keys(request.headers).filter((name) => name.startsWith("x-amz-"));
  if (!["host", ...mustBeSigned].every((name) => signed.includes(name))) {
    return { status: 403, code: "AccessDenied" };
  }
  const [path = "", search = ""] = (request.url ?? "").split("?");
  const query = search.split("&").filter(Boolean).sort().join("&");
  const lines = signed.map((name) => `${name}:${headerOf(name).trim()}\n`).join("");
  const canonical = [request.method, path, query, lines, names, payload].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash(canonical)}`;
  const dayKey = hmac(`AWS4${keys.secretAccessKey}`, day);
  const key = hmac(hmac(hmac(dayKey, region), "s3"), "aws4_request");
  const expected = hmac(key, text);
  if (timingSafeEqual(expected, Buffer.from(signature, "hex"))) return undefined;
  return { status: 403, code: "SignatureDoesNotMatch" };
}
