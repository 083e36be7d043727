import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { Request, URL } from "@whatwg-node/fetch";
import {
  discardUnreadNodeRequestBody,
  normalizeNodeRequest,
  sendNodeResponse,
  type FetchAPI,
} from "@whatwg-node/server";
import type { App } from "../../../handlers/app.ts";
import { TextStream } from "../../../handlers/lib/streams/text-stream.ts";
import type { PlainAnswer } from "./light-response.ts";
import { useOriginForm } from "./origin-form.ts";
import { lingerFor } from "./server.ts";
import { endBody, writeBody, writeText } from "./write-body.ts";

/** The part that requests need. The library's own adapter takes all of it, and the platform's too, at every start. */
const light = { Request, URL } as FetchAPI;

/** The app as a request listener of node:http. Never throws. */
export function createListener(app: Pick<App, "fetch">): RequestListener {
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = normalizeNodeRequest(request, light, response, true);
    const answer: Response & { readonly plain?: PlainAnswer } = await app.fetch(asked, {
      clientAddress: request.socket.remoteAddress,
    });
    discardUnreadNodeRequestBody(request, answer, asked);
    if (!answer.plain) {
      await sendNodeResponse(answer, response, request, true);
      return;
    }
    const { headers, body } = answer.plain;
    if (!response.destroyed) response.writeHead(answer.status, headers);
    if (body instanceof TextStream) await writeText(body.source, response);
    else if (body instanceof ReadableStream) await writeBody(body, response);
    else endBody(response, body);
  };
  return (request, response) => {
    useOriginForm(request);
    // The app never throws, so the socket broke: there is no client left to answer.
    respond(request, response)
      .then(() => lingerFor(request))
      .catch(() => response.destroy());
  };
}
