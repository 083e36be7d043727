// Stands in for an OpenTelemetry collector, which cannot run here: takes traces by OTLP/HTTP in JSON, and refuses with
// 400 what is not of the documented shape (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding and
// opentelemetry/proto/trace/v1/trace.proto).
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as v from "valibot";

const attributeValue = v.union([
  v.strictObject({ stringValue: v.string() }),
  v.strictObject({ intValue: v.pipe(v.string(), v.regex(/^-?\d+$/)) }),
  v.strictObject({ doubleValue: v.number() }),
  v.strictObject({
    arrayValue: v.strictObject({ values: v.array(v.strictObject({ stringValue: v.string() })) }),
  }),
]);
const attributes = v.array(v.strictObject({ key: v.string(), value: attributeValue }));
const nanoseconds = v.pipe(v.string(), v.regex(/^\d{19}$/));
const spanId = v.pipe(v.string(), v.regex(/^[\da-f]{16}$/), v.notValue("0".repeat(16)));
const span = v.strictObject({
  traceId: v.pipe(v.string(), v.regex(/^[\da-f]{32}$/), v.notValue("0".repeat(32))),
  spanId,
  parentSpanId: v.optional(spanId),
  name: v.pipe(v.string(), v.minLength(1)),
  kind: v.picklist([1, 2, 3, 4, 5]),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes,
  status: v.optional(v.strictObject({ code: v.picklist([0, 1, 2]) })),
});
const exportRequest = v.strictObject({
  resourceSpans: v.array(
    v.strictObject({
      resource: v.strictObject({ attributes }),
      scopeSpans: v.array(
        v.strictObject({
          scope: v.strictObject({ name: v.string(), version: v.string() }),
          spans: v.array(span),
        }),
      ),
    }),
  ),
});

export interface CollectedSpan extends Omit<v.InferOutput<typeof span>, "attributes"> {
  readonly attributes: Readonly<Record<string, unknown>>;
}

export async function startCollectorStandIn() {
  const bodies: string[] = [];
  const spans: CollectedSpan[] = [];
  const resources: Record<string, unknown>[] = [];
  const headers: NodeJS.Dict<string | string[]>[] = [];
  const faults: string[] = [];
  let status = 200;
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    bodies.push(body);
    headers.push(request.headers);
    const parsed = v.safeParse(exportRequest, JSON.parse(body));
    const isTraces = request.method === "POST" && request.url === "/v1/traces";
    if (!parsed.success) faults.push(v.summarize(parsed.issues));
    if (!isTraces) faults.push(`${request.method} ${request.url}`);
    if (status === 200 && parsed.success) {
      for (const { resource, scopeSpans } of parsed.output.resourceSpans) {
        resources.push(plain(resource.attributes));
        for (const each of scopeSpans.flatMap((scope) => scope.spans)) {
          spans.push({ ...each, attributes: plain(each.attributes) });
        }
      }
    }
    response.writeHead(parsed.success && isTraces ? status : 400, {
      "content-type": "application/json",
    });
    response.end("{}");
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    spans,
    resources,
    headers,
    /** What was not of the documented shape. */
    faults,
    answerWith: (next: number) => void (status = next),
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function plain(given: v.InferOutput<typeof attributes>): Record<string, unknown> {
  return Object.fromEntries(given.map(({ key, value }) => [key, Object.values(value)[0]]));
}
