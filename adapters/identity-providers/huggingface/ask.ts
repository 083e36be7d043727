import * as v from "valibot";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { askJson, sendRequest, type ServiceRequest } from "../../http/ask-json.ts";

export interface AskOptions {
  readonly fetch: typeof fetch;
  /** For each request, milliseconds. */
  readonly deadline: number;
}

type ProviderRequest = Pick<ServiceRequest, "url" | "headers" | "body" | "method">;

const service = "the identity provider";

/** The successful response to a GET, its body unread. @throws PortFailure */
export function askProvider(
  url: string,
  headers: Readonly<Record<string, string>>,
  { fetch, deadline }: AskOptions,
): Promise<Response> {
  return sendRequest({ service, url, headers, fetch, timeout: deadline });
}

/** The JSON a request is answered with. @throws PortFailure, `invalid` when it does not fit the schema */
export async function readProvider<Schema extends v.GenericSchema>(
  request: ProviderRequest,
  { fetch, deadline, schema }: AskOptions & { readonly schema: Schema },
): Promise<v.InferOutput<Schema>> {
  const answer = await askJson({ service, ...request, fetch, timeout: deadline });
  const parsed = v.safeParse(schema, answer);
  if (!parsed.success) throw untrusted("the identity provider answered something else");
  return parsed.output;
}

/** For an answer or a signature that we do not accept. The message must not quote it. */
export function untrusted(message: string, cause?: unknown): PortFailure {
  return new PortFailure("invalid", message, { retryable: false, cause });
}
