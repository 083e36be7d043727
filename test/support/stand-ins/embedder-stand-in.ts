import { createServer, type IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { embedForTests } from "../apps/test-embedding.ts";

export interface EmbeddingRequest {
  readonly model: string;
  readonly input: readonly string[];
  readonly dimensions?: number;
  readonly authorization: string | undefined;
}

/** The answer in place of vectors, or none at all; undefined: vectors. */
export type Trouble = (
  request: EmbeddingRequest,
) => { status: number; headers?: Record<string, string>; body?: string } | "silence" | undefined;

export interface EmbedderStandIn {
  /** Up to `/embeddings`. */
  readonly url: string;
  readonly requests: EmbeddingRequest[];
  /** Texts embedded so far. */
  texts(): string[];
  trouble(trouble: Trouble | undefined): void;
  close(): Promise<void>;
}

const usualDimensions = 128;

/**
 * Stands in for a server of OpenAI's embeddings API, which cannot run here: the documented request and answer
 * of `POST /v1/embeddings`, with vectors computed from the texts.
 */
export async function startEmbedderStandIn(): Promise<EmbedderStandIn> {
  const requests: EmbeddingRequest[] = [];
  let trouble: Trouble | undefined;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const given = await readText(incoming);
      const body = JSON.parse(given || "{}") as Omit<EmbeddingRequest, "authorization">;
      const request = { ...body, authorization: incoming.headers.authorization };
      requests.push(request);
      const other = trouble?.(request);
      if (incoming.method !== "POST" || incoming.url !== "/v1/embeddings") {
        return outgoing.writeHead(404).end();
      }
      if (other === "silence") return;
      if (other) return outgoing.writeHead(other.status, other.headers).end(other.body ?? "{}");
      const { model, input, dimensions = usualDimensions } = body;
      const data = input.map((text, index) => ({
        object: "embedding",
        index,
        embedding: embedForTests(text, model, dimensions),
      }));
      const usage = { prompt_tokens: 1, total_tokens: 1 };
      outgoing.writeHead(200, { "content-type": "application/json" });
      outgoing.end(JSON.stringify({ object: "list", data, model, usage }));
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    texts: () => requests.flatMap(({ input }) => [...input]),
    trouble(next) {
      trouble = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function readText(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) text += String(chunk);
  return text;
}
