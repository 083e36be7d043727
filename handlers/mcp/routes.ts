import * as v from "valibot";
import type { OwnAddress } from "../http/access/own-address.ts";
import { isScoped, type Identity } from "../http/access/identity.ts";
import type { RouteContext } from "../http/context.ts";
import { settingsMissing, toProblem } from "../http/problem.ts";
import { json, type Reply } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { describeCause } from "../lib/describe-cause.ts";
import { ToolFailure, type Tool } from "../lib/tool.ts";
import { scopes, type Scope } from "../contract/scope.ts";
import type { Logger } from "../ports/logger.ts";
import { askTool, type WholeAnswer } from "./ask-tool.ts";
import { researchTools, type DocumentNeeds } from "./document-tools.ts";
import { toolsForUser } from "./own-tools.ts";
import type { ToolError } from "./serve.ts";
import type { AddressOf, McpTool } from "./tool.ts";

/** The context of POST /mcp. */
export type McpContext = RouteContext<"guest", "by-guard", "read-and-by-statement">;

export interface McpOptions extends DocumentNeeds {
  /** Answers a question by itself, and counts it. @throws Problem, PortFailure */
  readonly ask: (
    question: string,
    context: McpContext,
    signal: AbortSignal,
  ) => Promise<WholeAnswer>;
  /** The missing or invalid setting without which questions are not answered; undefined: all are valid. */
  readonly askClosedBy: string | undefined;
  readonly tasks: readonly Tool[];
  readonly ownAddress: OwnAddress;
  readonly name: string;
  readonly version: string;
}

const path = "/mcp";
const metadataPath = "/.well-known/oauth-protected-resource";

const message = v.pipe(
  v.looseObject({}),
  v.description("A message of JSON-RPC 2.0, such as a call of `tools/list` or `tools/call`"),
);

const refusal = v.pipe(
  v.object({
    jsonrpc: v.literal("2.0"),
    error: v.object({ code: v.number(), message: v.string(), data: v.optional(v.unknown()) }),
    id: v.nullable(v.union([v.string(), v.number()])),
  }),
  v.description("An error of JSON-RPC 2.0"),
);

const metadata = v.object({
  resource: v.string(),
  bearer_methods_supported: v.array(v.string()),
  scopes_supported: v.array(v.string()),
  resource_name: v.string(),
  resource_documentation: v.string(),
});

/** The Model Context Protocol at /mcp, and the metadata of its protection (RFC 9728). @throws Problem */
export function mcpRoutes(options: McpOptions): Route[] {
  const { ownAddress, name, version } = options;

  function toolsOf(context: McpContext): McpTool[] {
    const { caller, request } = context;
    const base = ownAddress(request);
    const addressOf: AddressOf = ({ id, url }) => {
      if (url === null) return `${base}/llms/${id}.md`;
      return url.startsWith("/") ? `${base}${url}` : url;
    };
    const answer = async (question: string, signal: AbortSignal) => {
      if (options.askClosedBy !== undefined) throw settingsMissing(options.askClosedBy);
      return options.ask(question, context, signal);
    };
    return [
      ...(mayUse(caller, "search") ? researchTools(options, addressOf) : []),
      ...(mayUse(caller, "chat") ? [askTool(answer, addressOf)] : []),
      ...(caller.kind === "user" && mayUse(caller, "tasks")
        ? toolsForUser(options.tasks, caller.id)
        : []),
    ];
  }

  const describe = (suffix: string, summary: string) =>
    defineRoute({
      method: "GET",
      path: `${metadataPath}${suffix}`,
      summary,
      access: "public",
      limit: "none",
      output: { 200: metadata },
      handle(_, { request }) {
        const base = ownAddress(request);
        return json({
          resource: `${base}${suffix}`,
          bearer_methods_supported: ["header"],
          scopes_supported: scopes,
          resource_name: name,
          resource_documentation: `${base}/docs`,
        });
      },
    });

  return [
    defineRoute({
      method: "POST",
      path,
      summary:
        "The Model Context Protocol: `search`, `fetch`, `ask`, and a user's tasks; revision 2026-07-28 and the era before it. Accept must name application/json and text/event-stream",
      access: "guest",
      scope: "any",
      limit: "read-and-by-statement",
      resourceMetadata: `${metadataPath}${path}`,
      body: message,
      output: { 200: message, 202: undefined },
      mediaTypes: ["text/event-stream"],
      problems: {
        400: "The message is not one of the protocol; the answer is an error of JSON-RPC. To a body that is no JSON object, such as a batch, it is a problem",
        406: "Accept does not name both media types; the answer is an error of JSON-RPC",
      },
      failure: refusal,
      async handle({ body }, context) {
        // Imported at its first use: the SDK is as large as half of all the rest.
        const { serveMessage } = await import("./serve.ts");
        const leaving = new AbortController();
        const response = await serveMessage(context.request, body, {
          left: leaving.signal,
          tools: toolsOf(context),
          name,
          version,
          explain: (error, tool) => explainFailure(error, tool, context.logger),
          onRefused: ({ message: cause }) => context.logger.debug("mcp message refused", { cause }),
        });
        return toReply(response, () => leaving.abort());
      },
    }),
    describe(path, "How /mcp is protected (RFC 9728): by a bearer token or an API key"),
    describe("", "How this API is protected (RFC 9728): by a bearer token or an API key"),
  ];
}

/** Whether a caller may use what needs this scope; only API keys have limited ones. */
function mayUse(caller: Identity, scope: Scope): boolean {
  return !("credential" in caller) || isScoped(caller.credential, scope);
}

/** A failure as a tool's result: inside the protocol there are no problem details. */
function explainFailure(error: unknown, tool: string, logger: Logger): ToolError {
  if (error instanceof ToolFailure) return { error: error.code, message: error.message };
  const problem = toProblem(error);
  if (problem.status >= 500) {
    logger.error("mcp tool failed", { tool, code: problem.code, cause: describeCause(error) });
  }
  return { error: problem.code, message: problem.message };
}

/** @param onLeft called when the client stops reading a stream before its end */
async function toReply(response: Response, onLeft: () => void): Promise<Reply> {
  const { status } = response;
  const headers = Object.fromEntries(response.headers);
  if (response.body && headers["content-type"]?.startsWith("text/event-stream") === true) {
    return { status, headers, body: noteLeaving(response.body, onLeft) };
  }
  const text = await response.text();
  return { status, headers, body: text === "" ? null : text };
}

function noteLeaving(
  body: ReadableStream<Uint8Array>,
  onLeft: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason) {
      onLeft();
      await reader.cancel(reason);
    },
  });
}
