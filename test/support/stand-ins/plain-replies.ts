// What stand-ins made of node:http read and answer.
import type { IncomingMessage, ServerResponse } from "node:http";
import { problemKinds, type ProblemCode } from "../../../handlers/contract/problems.ts";

export async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

export function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

export function sendProblem(
  response: ServerResponse,
  code: ProblemCode,
  detail: string,
  after?: number,
): void {
  const { status } = problemKinds[code];
  const headers = {
    "content-type": "application/problem+json",
    ...(after !== undefined && { "retry-after": String(after) }),
  };
  response.writeHead(status, headers).end(JSON.stringify({ status, code, detail }));
}
