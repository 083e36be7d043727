import { STATUS_CODES, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { answerBrokenRequest, type BrokenRequest } from "../../../handlers/http/broken-request.ts";

const reasons: Readonly<Record<string, BrokenRequest>> = {
  HPE_HEADER_OVERFLOW: "headers-too-large",
  ERR_HTTP_REQUEST_TIMEOUT: "too-slow",
};

/** Milliseconds for what the client still sends: a connection closed before would lose the answer. */
const lingeringMilliseconds = 1000;

/** Answers requests that the server cannot parse with a problem, where Node answers without a body. */
export function answerBrokenRequests(server: Server): void {
  const responses = new WeakMap<Duplex, ServerResponse>();
  const refused = new WeakSet<Duplex>();

  server.on("request", ({ socket }, response) => responses.set(socket, response));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // The parser fails again with every byte that follows.
    if (refused.has(socket)) return;
    refused.add(socket);
    const response = responses.get(socket);
    const isAnswering = response !== undefined && !response.writableFinished;
    if (!socket.writable || (isAnswering && response.headersSent)) {
      socket.destroy();
      return;
    }
    void refuse(socket, reasons[error.code ?? ""] ?? "malformed", isAnswering ? "now" : "later");
  });
}

/** @param close `now`: as soon as the answer is written, so that the app's work for the request ends */
async function refuse(socket: Duplex, reason: BrokenRequest, close: "now" | "later") {
  socket.end(await encode(answerBrokenRequest(reason)), () => {
    if (close === "now") socket.destroy();
  });
  const timer = setTimeout(() => socket.destroy(), lingeringMilliseconds);
  socket.once("close", () => clearTimeout(timer));
}

async function encode(answer: Response): Promise<string> {
  const lines = [`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}`];
  for (const [name, value] of answer.headers) lines.push(`${name}: ${value}`);
  lines.push("connection: close", "", await answer.text());
  return lines.join("\r\n");
}
