import { encodeUtf8, hmacSha256, sha256, toHex } from "../../../handlers/lib/bytes.ts";

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface UnsignedRequest {
  readonly method: string;
  /** Its path and query are signed as they are: encoded by `encodeForS3`, the query in order of names. */
  readonly url: URL;
  /** Names in lower case. All are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

export interface SigningScope {
  readonly credentials: S3Credentials;
  readonly region: string;
  /** Milliseconds since 1970, by the server's clock. */
  readonly at: number;
}

const algorithm = "AWS4-HMAC-SHA256";

/**
 * The request's headers with those of AWS Signature Version 4: the payload is signed by its SHA-256, in one piece.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export async function signRequest(
  { method, url, headers, body }: UnsignedRequest,
  { credentials, region, at }: SigningScope,
): Promise<Record<string, string>> {
  // 2013-05-24T00:00:00.000Z → 20130524T000000Z
  const time = new Date(at).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const payload = toHex(await sha256(body ?? ""));
  const sent = { ...headers, "x-amz-content-sha256": payload, "x-amz-date": time };
  const signed = Object.entries({ ...sent, host: url.host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...signed.map(([name, value]) => `${name}:${value.trim().replaceAll(/ +/g, " ")}`),
    "",
    names,
    payload,
  ].join("\n");

  const scope = `${day}/${region}/s3/aws4_request`;
  const text = [algorithm, time, scope, toHex(await sha256(canonical))].join("\n");
  let key: Uint8Array = encodeUtf8(`AWS4${credentials.secretAccessKey}`);
  for (const part of scope.split("/")) key = await hmacSha256(key, part);
  const signature = toHex(await hmacSha256(key, text));
  const credential = `${credentials.accessKeyId}/${scope}`;
  return {
    ...sent,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** Percent-encodes everything but unreserved characters (RFC 3986 §2.3), as the signature needs it. */
export function encodeForS3(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
