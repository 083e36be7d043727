import {
  createMcpHandler,
  inputRequired,
  inputResponse,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type CallToolResult,
  type InputRequiredResult,
  type ServerContext,
  type Tool as ListedTool,
} from "@modelcontextprotocol/server";
import { toJsonSchema } from "@valibot/to-json-schema";
import { safeParse, type GenericSchema } from "valibot";
import { sha256, toHex } from "../lib/bytes.ts";
import { describeArgumentIssues } from "../lib/tool.ts";
import type { McpTool } from "./tool.ts";

export interface ServeOptions {
  readonly tools: readonly McpTool[];
  readonly name: string;
  readonly version: string;
  /** Why a call failed, in words that a model can act on. */
  readonly explain: (error: unknown, tool: string) => ToolError;
  /** Called with what the SDK refuses. */
  readonly onRefused: (error: Error) => void;
  /** Aborted when the client has stopped reading the response; the SDK does not tell its tools. */
  readonly left: AbortSignal;
}

export interface ToolError {
  readonly error: string;
  readonly message: string;
}

/**
 * Answers one message of an MCP client, of revision 2026-07-28 or of the era before it (without sessions). Never
 * throws.
 *
 * @param body the request's body, parsed
 */
export function serveMessage(
  request: Request,
  body: unknown,
  options: ServeOptions,
): Promise<Response> {
  const handler = createMcpHandler(({ era }) => createServer(era, options), {
    // The tools never change, so there is nothing to subscribe to.
    maxSubscriptions: 0,
    // A call may take long: a stream has heartbeats, by which a server notices that its reader has left.
    responseMode: isCall(body) ? "sse" : "auto",
    keepAliveMs: heartbeatMilliseconds,
    onerror: options.onRefused,
  });
  return handler.fetch(request, { parsedBody: body });
}

const heartbeatMilliseconds = 10_000;

function isCall(body: unknown): boolean {
  return (
    typeof body === "object" && body !== null && "method" in body && body.method === "tools/call"
  );
}

function createServer(
  era: "legacy" | "modern",
  { tools, name, version, explain, left }: ServeOptions,
): Server {
  const server = new Server(
    { name: "docent", title: name, version },
    { capabilities: { tools: {} }, inputRequired: { legacyShim: false } },
  );
  server.setRequestHandler("tools/list", () => ({ tools: tools.map(describeTool) }));
  server.setRequestHandler("tools/call", async ({ params }, context) => {
    const tool = tools.find((each) => each.name === params.name);
    if (!tool) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${params.name}`);
    }
    const parsed = safeParse(tool.input, params.arguments ?? {}, { abortPipeEarly: true });
    if (!parsed.success) {
      const message = describeArgumentIssues(parsed.issues);
      return failed({ error: "invalid_arguments", message });
    }
    const input = parsed.output;
    try {
      // Without sessions, a client of the era before cannot be asked in the middle of a call.
      const canAsk = era === "modern" && server.getClientCapabilities()?.elicitation !== undefined;
      const refusal = await refuseUnapproved(tool, input, context, canAsk);
      if (refusal) return refusal;
      const signal = AbortSignal.any([context.mcpReq.signal, left]);
      const result = { ...(await tool.run(input, signal)) };
      return {
        content: [{ type: "text", text: JSON.stringify(result) }],
        structuredContent: result,
      };
    } catch (error) {
      return failed(explain(error, tool.name));
    }
  });
  return server;
}

/** Asks the user to approve the call, or refuses it; undefined: it may run. */
async function refuseUnapproved(
  { name, describe }: McpTool,
  input: unknown,
  context: ServerContext,
  canAsk: boolean,
): Promise<CallToolResult | InputRequiredResult | undefined> {
  if (!describe) return undefined;
  if (!canAsk) return failed(confirmationImpossible);
  // Named after the call, so that an approval of other arguments does not count.
  const digest = toHex(await sha256(JSON.stringify([name, input])));
  const key = `confirm-${digest.slice(0, 32)}`;
  const response = inputResponse(context.mcpReq.inputResponses, key);
  if (response.kind === "elicit") {
    return response.action === "accept" ? undefined : failed(declined);
  }
  const confirm = inputRequired.elicit({
    message: `${await describe(input)}?`,
    requestedSchema: { type: "object", properties: {} },
  });
  return inputRequired({ inputRequests: { [key]: confirm } });
}

const confirmationImpossible: ToolError = {
  error: "confirmation_impossible",
  message:
    "Not done: this needs the user's confirmation, for which this client cannot ask. The user can do it on Docent's page.",
};
const declined: ToolError = {
  error: "declined",
  message: "The user declined; nothing was done.",
};

function failed(error: ToolError): CallToolResult {
  return { content: [{ type: "text", text: JSON.stringify(error) }], isError: true };
}

function describeTool({ name, title, description, input, output, effect }: McpTool): ListedTool {
  return {
    name,
    title,
    description,
    inputSchema: objectSchema(input, "input"),
    ...(output && { outputSchema: objectSchema(output, "output") }),
    annotations: {
      readOnlyHint: effect === "reads",
      destructiveHint: effect === "overwrites" || effect === "deletes",
      openWorldHint: false,
    },
  };
}

function objectSchema(
  schema: GenericSchema,
  typeMode: "input" | "output",
): ListedTool["inputSchema"] {
  const { $schema: _dialect, ...described } = toJsonSchema(schema, {
    target: "draft-2020-12",
    typeMode,
    // Rules that JSON Schema cannot express are checked when the tool is called.
    errorMode: "ignore",
  });
  // The two libraries have their own types of JSON Schema.
  return { ...described, type: "object" } as ListedTool["inputSchema"];
}
