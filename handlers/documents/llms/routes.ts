import * as v from "valibot";
import { encodeUtf8, sha256, toBase64Url } from "../../lib/bytes.ts";
import { isUuid } from "../../lib/ids.ts";
import { pageQuery } from "../../lib/paging.ts";
import type { Database } from "../../ports/database.ts";
import type { OwnAddress } from "../../http/access/own-address.ts";
import { hasVersion } from "../../http/preconditions.ts";
import { invalidCursor, notFound } from "../../http/problem.ts";
import type { Reply } from "../../http/reply.ts";
import { defineRoute, type Route } from "../../http/route.ts";
import { documentParams } from "../schema.ts";
import { beforeAll, readLibraryVersion, readPublished } from "./store.ts";
import { writeAll, writeDocument, writeList } from "./write.ts";

export interface LlmsOptions {
  readonly database: Database;
  readonly ownAddress: OwnAddress;
  /** The name and the summary at the head of llms.txt. */
  readonly name: string;
  readonly summary: string;
}

const fullQuery = v.object({ cursor: pageQuery({ usual: 1, maximum: 1 }).cursor });

/**
 * The documents as Markdown for agents (https://llmstxt.org). Texts are sent while they are read from the database, so
 * that none is in memory whole.
 *
 * @throws Problem
 */
export function llmsRoutes({ database, ownAddress, name, summary }: LlmsOptions): Route[] {
  /** An entity tag of the library's state and of all else that the text is made from. */
  async function libraryTag(request: Request): Promise<string> {
    const { search } = new URL(request.url);
    const base = ownAddress(request);
    const parts = [await readLibraryVersion(database), name, summary, base, search];
    return toBase64Url(await sha256(JSON.stringify(parts)));
  }

  const find = async (id: string) => (isUuid(id) ? readPublished(database, id) : undefined);

  const asGuest = { method: "GET", access: "guest", scope: "search" } as const;
  const sent = { output: { 200: undefined, 304: undefined } } as const;

  return [
    defineRoute({
      ...asGuest,
      ...sent,
      path: "/llms.txt",
      summary: "A list of the documents with links to their Markdown, for agents (llmstxt.org)",
      mediaTypes: ["text/plain"],
      async handle(_, { request }) {
        const tag = await libraryTag(request);
        if (hasVersion(request, tag)) return notModified(tag);
        const base = ownAddress(request);
        const list = writeList(database, {
          name,
          summary,
          addressOf: (id) => `${base}/llms/${id}.md`,
          wholeAddress: `${base}/llms-full.txt`,
        });
        return textReply(list, "text/plain", tag);
      },
    }),
    defineRoute({
      ...asGuest,
      ...sent,
      path: "/llms-full.txt",
      summary:
        "All documents as Markdown, in pages of about 1 MB; a page's last line names the next",
      query: fullQuery,
      mediaTypes: ["text/plain"],
      async handle({ query: { cursor } }, { request }) {
        const after = cursor === undefined ? beforeAll : await find(cursor);
        if (!after) throw invalidCursor();
        const tag = await libraryTag(request);
        if (hasVersion(request, tag)) return notModified(tag);
        const address = `${ownAddress(request)}/llms-full.txt`;
        const next = (last: string) => `${address}?cursor=${last}`;
        return textReply(writeAll(database, after, next), "text/plain", tag);
      },
    }),
    defineRoute({
      ...asGuest,
      ...sent,
      path: "/llms/:id.md",
      summary: "A document as Markdown. Its address stays when the document changes",
      params: documentParams,
      mediaTypes: ["text/markdown"],
      async handle({ params }, { request }) {
        const document = await find(params.id);
        if (!document) throw notFound("document");
        if (hasVersion(request, document.hash)) return notModified(document.hash);
        return textReply(writeDocument(database, document), "text/markdown", document.hash);
      },
    }),
  ];
}

function notModified(tag: string): Reply {
  return { status: 304, headers: { etag: `"${tag}"` }, body: null };
}

function textReply(pieces: AsyncGenerator<string, void, void>, type: string, tag: string): Reply {
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(encodeUtf8(value));
    },
    async cancel() {
      await pieces.return();
    },
  });
  const headers = { "content-type": `${type}; charset=utf-8`, etag: `"${tag}"` };
  return { status: 200, headers: { ...headers, "cache-control": "no-cache" }, body };
}
