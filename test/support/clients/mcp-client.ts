import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

/** The protocol's revision of 2026-07-28, or the era before it. */
export const eras = { modern: { pin: "2026-07-28" }, legacy: "legacy" } as const;

export interface McpClientOptions {
  readonly era: keyof typeof eras;
  /** Where Docent is. */
  readonly url?: string;
  readonly headers?: Record<string, string>;
  /** Undefined: over the network. */
  readonly fetch?: (path: string, init?: RequestInit) => Promise<Response>;
  /** The user's answer to what the server asks; undefined: the client cannot ask. */
  readonly onAsked?: (message: string) => "accept" | "decline";
}

/** The official client, connected. */
export async function connectMcpClient({
  era,
  url = "http://localhost:7860",
  headers = {},
  fetch,
  onAsked,
}: McpClientOptions): Promise<Client> {
  const client = new Client(
    { name: "test", version: "1" },
    {
      versionNegotiation: { mode: eras[era] },
      capabilities: onAsked ? { elicitation: { form: {} } } : {},
    },
  );
  if (onAsked) {
    client.setRequestHandler("elicitation/create", ({ params }) => ({
      action: onAsked(params.message),
      content: {},
    }));
  }
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    requestInit: { headers },
    ...(fetch && { fetch: (input, init) => fetch(new URL(input).pathname, init) }),
  });
  await client.connect(transport);
  return client;
}

/** The result of a call, as structured content and, the same, as text. */
export async function callMcpTool(client: Client, name: string, args: object) {
  const result = await client.callTool({ name, arguments: { ...args } });
  const [content] = result.content;
  const text = content?.type === "text" ? JSON.parse(content.text) : undefined;
  return { text, structured: result.structuredContent, isError: result.isError === true };
}
