import * as v from "valibot";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { readRetryAfter } from "../../http/retry-after.ts";
import { meaningOf } from "../../http/status.ts";
import { textOfReply, transfer, type Transfer, type TransferReply } from "../transfer.ts";

export interface HubClientOptions {
  /** A URL without a slash at the end. */
  readonly endpoint: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  readonly fetch: typeof fetch;
  /** The longest silence of the hub, milliseconds. */
  readonly patience: number;
}

export interface HubRequest {
  readonly method?: "GET" | "POST" | "PUT";
  /** After the endpoint; or another address, which is sent no credentials. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | string;
}

export interface HubClient {
  readonly repository: string;
  readonly transport: Pick<Transfer, "service" | "fetch" | "patience">;
  readonly credentials: Readonly<Record<string, string>>;
  /** The address of a path after the endpoint. */
  urlOf(path: string): string;
  /** Whatever the status. @throws PortFailure `timeout`, `unavailable` */
  send(request: HubRequest): Promise<TransferReply>;
  /** A successful answer as JSON of that shape. @throws PortFailure */
  askJson<Schema extends v.GenericSchema>(
    request: HubRequest,
    schema: Schema,
  ): Promise<v.InferOutput<Schema>>;
}

const service = "The dataset's hub";

/** Asks a model hub with its token (https://huggingface.co/docs/hub/api). */
export function createHubClient(options: HubClientOptions): HubClient {
  const { endpoint, repository, token, fetch, patience } = options;
  const transport = { service, fetch, patience };
  const credentials = { authorization: `Bearer ${token}` };
  const urlOf = (path: string) => new URL(path, `${endpoint}/`).href;
  const send: HubClient["send"] = ({ method = "GET", path, headers, body }) => {
    const url = urlOf(path.startsWith("/") ? endpoint + path : path);
    const isOwn = new URL(url).origin === new URL(endpoint).origin;
    const sent = { ...headers, ...(isOwn && credentials) };
    return transfer({ ...transport, url, method, headers: sent, body });
  };
  return {
    repository,
    transport,
    credentials,
    urlOf: (path) => urlOf(endpoint + path),
    send,
    async askJson(request, schema) {
      const reply = await send(request);
      if (reply.status < 200 || reply.status > 299) throw refusedByHub(reply);
      return readJson(reply, schema);
    },
  };
}

/** @throws PortFailure `unavailable` where the answer is not JSON of that shape */
export function readJson<Schema extends v.GenericSchema>(
  reply: TransferReply,
  schema: Schema,
): v.InferOutput<Schema> {
  let said: unknown;
  try {
    said = JSON.parse(new TextDecoder().decode(reply.content));
  } catch {
    said = undefined;
  }
  const parsed = v.safeParse(schema, said);
  if (parsed.success) return parsed.output;
  const message = `${service} answered something unexpected`;
  throw new PortFailure("unavailable", message, { retryable: true });
}

/** The failure that a status means. Its message holds no word of the body. */
export function refusedByHub(reply: TransferReply): PortFailure {
  const said = textOfReply(reply);
  const isFull = reply.status === 403 && /storage (?:limit|quota)/i.test(said);
  const { code, retryable } = isFull
    ? ({ code: "out_of_credit", retryable: false } as const)
    : meaningOf(reply.status, "");
  const retryAfter = readRetryAfter(reply.headers) ?? untilReset(reply.headers);
  const message = isFull
    ? "The dataset's storage is used up"
    : `${service} answered ${reply.status}`;
  return new PortFailure(code, message, {
    retryable,
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

/** `RateLimit: "api";r=0;t=55`: 55 seconds until requests are let through again (draft-ietf-httpapi-ratelimit-headers). */
function untilReset(headers: Headers): number | undefined {
  const [, left, seconds] = /;\s*r=(\d+)\s*;\s*t=(\d+)/.exec(headers.get("ratelimit") ?? "") ?? [];
  return left === "0" ? readRetryAfter(new Headers({ "retry-after": seconds ?? "" })) : undefined;
}
