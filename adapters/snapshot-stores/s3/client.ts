import type { Clock } from "../../../handlers/ports/clock.ts";
import { textOfReply, transfer, type Transfer, type TransferReply } from "../transfer.ts";
import { encodeForS3, signRequest, type S3Credentials } from "./sign.ts";

export interface S3Place extends S3Credentials {
  /** A URL without a slash at the end. Its path, if any, comes before the bucket's name. */
  readonly endpoint: string;
  readonly bucket: string;
}

export interface S3ClientOptions extends S3Place {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** The longest silence of the server, milliseconds. */
  readonly patience: number;
}

export interface S3Request {
  readonly method: Transfer["method"];
  /** The object's; the bucket itself is asked unless given. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
}

export interface S3Client {
  readonly transport: Pick<Transfer, "service" | "fetch" | "patience">;
  urlOf(request: Pick<S3Request, "key" | "query">): URL;
  /** Whatever the status. @throws PortFailure `timeout`, `unavailable` */
  ask(request: S3Request): Promise<TransferReply>;
  /** The same without credentials. */
  askAnonymously(request: S3Request): Promise<TransferReply>;
}

/** Servers refuse signatures that are 15 minutes off. */
const skewTolerated = 60_000;

/**
 * Sends signed requests in path style. The first region is us-east-1; the region and the clock's error are learned
 * from a refusal, and the request is signed again.
 */
export function createS3Client(options: S3ClientOptions): S3Client {
  const { endpoint, bucket, fetch, clock, patience, ...credentials } = options;
  const transport = { service: "The bucket", fetch, patience };
  let region = "us-east-1";
  let clockError = 0;

  const urlOf: S3Client["urlOf"] = ({ key, query = {} }) => {
    const path = [bucket, ...(key === undefined ? [] : key.split("/"))].map(encodeForS3).join("/");
    const pairs = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
    const search = pairs.map(([name, value]) => `${encodeForS3(name)}=${encodeForS3(value)}`);
    return new URL(`${endpoint}/${path}${search.length > 0 ? `?${search.join("&")}` : ""}`);
  };

  async function ask(request: S3Request): Promise<TransferReply> {
    const { method, headers = {}, body } = request;
    const url = urlOf(request);
    for (let attempt = 1; ; attempt++) {
      const scope = { credentials, region, at: clock.now() + clockError };
      const signed = await signRequest({ method, url, headers, body }, scope);
      const reply = await transfer({ ...transport, url: url.href, method, headers: signed, body });
      if (attempt === 3 || !learn(reply)) return reply;
    }
  }

  /** Whether the refusal tells why the signature was wrong. */
  function learn(reply: TransferReply): boolean {
    if (![400, 401, 403].includes(reply.status)) return false;
    const serverTime = Date.parse(reply.headers.get("date") ?? "");
    const now = clock.now();
    if (Math.abs(serverTime - now - clockError) > skewTolerated) {
      clockError = serverTime - now;
      return true;
    }
    const told =
      reply.headers.get("x-amz-bucket-region") ??
      /<Region>([a-z0-9-]{1,40})<\/Region>/.exec(textOfReply(reply))?.[1];
    if (told === undefined || told === region) return false;
    region = told;
    return true;
  }

  return {
    transport,
    urlOf,
    ask,
    askAnonymously: (request) =>
      transfer({ ...transport, url: urlOf(request).href, method: request.method }),
  };
}
