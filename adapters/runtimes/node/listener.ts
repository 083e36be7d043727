import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { sendNodeResponse } from "@whatwg-node/server";
import type { App } from "../../../handlers/app.ts";
import { TextStream } from "../../../handlers/lib/streams/text-stream.ts";
import type { PlainAnswer } from "./light-response.ts";
import { toRequest } from "./node-request.ts";
import { useOriginForm } from "./origin-form.ts";
import { lingerFor } from "./server.ts";
import { endBody, writeBody, writeText } from "./write-body.ts";

type Answer = Response & { readonly plain?: PlainAnswer };

/** The app as a request listener of node:http. Never throws. */
export function createListener(app: Pick<App, "fetch">): RequestListener {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = toRequest(request, response);
    const { remoteAddress: clientAddress } = request.socket;
    const answered: Answer = await app.fetch(asked, { clientAddress });
    // Otherwise the rest of a body that was not read would hold up the connection's next request.
    if (!request.complete) request.resume();
    if (!answered.plain) return sendNodeResponse(answered, response, request, true);
    const { headers, body } = answered.plain;
    if (!response.destroyed) response.writeHead(answered.status, headers);
    if (body instanceof TextStream) await writeText(body.source, response);
    else if (body instanceof ReadableStream) await writeBody(body, response);
    else endBody(response, body);
  };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      useOriginForm(request);
      await answer(request, response);
      lingerFor(request);
    } catch {
      // The app never throws, so the socket broke: there is no client left to answer.
      response.destroy();
    }
  };
  return (request, response) => void respond(request, response);
}
