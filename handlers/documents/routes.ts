import * as v from "valibot";
import { readScope } from "../contract/asked-scope.ts";
import {
  documentList,
  found,
  addedDocument,
  addedFiles,
  documentWithPassages,
} from "../contract/document.ts";
import { isUuid } from "../lib/ids.ts";
import type { SourceDocument, UnreadableDocument } from "../ports/document-source.ts";
import type { UploadedFile } from "../http/body/multipart.ts";
import { invalidCursor, notFound, Problem } from "../http/problem.ts";
import { json, noContent } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import type { Ingest } from "./ingest/ingest.ts";
import type { Library } from "./ingest/library.ts";
import {
  documentBody,
  documentForm,
  documentParams,
  documentPath,
  listQuery,
  passagesQuery,
  searchQuery,
  suggestions,
} from "./schema.ts";
import { base64Bytes, textBytes } from "./ingest/content-bytes.ts";
import { mediaTypeOf } from "./parsing/parsers.ts";
import type { Search } from "./search/search.ts";
import { addDocuments, type DocumentPlace } from "./ingest/add-documents.ts";

export interface DocumentRouteOptions {
  readonly ingest: Ingest;
  readonly library: Library;
  readonly search: Search;
  /** First questions for the page to suggest. */
  readonly suggest: () => Promise<readonly string[]>;
  /** The default base address of published documents. */
  readonly urlBase: string | null;
  /** Bytes of one document, at most. */
  readonly sizeLimit: number;
}

type HandedDocument = Omit<v.InferOutput<typeof documentBody>, "content" | "encoding"> & {
  readonly bytes: Uint8Array<ArrayBuffer>;
};

/** JSON may write a character as six (`\u00e9`), so a body may be this many times as large as its document. */
const jsonOverhead = 6;

/** Routes to list, read, ingest, remove and search documents. @throws Problem */
export function documentRoutes(options: DocumentRouteOptions): Route[] {
  const { library, search, sizeLimit } = options;

  async function add({ path, bytes, media_type, url, title, ...place }: HandedDocument) {
    const mediaType = media_type ?? mediaTypeOf(path);
    if (bytes.byteLength > sizeLimit) {
      throw new Problem(413, "document_too_large", `A document may have ${sizeLimit} bytes.`);
    }
    if (mediaType === undefined) {
      const detail = "body.media_type: the path does not tell what kind of document it is, so say";
      throw new Problem(400, "invalid_input", detail, {
        errors: [{ path: "body.media_type", message: "is required for this path" }],
      });
    }
    const document = { path, bytes, mediaType, ...(url && { url }), ...(title && { title }) };
    const [added] = await addDocuments([document], place, options);
    if (!added) throw new Error("the ingest did not say what became of the document");
    if (!("failure" in added)) return added;
    throw new Problem(400, "unreadable_document", `The document is ${added.failure}.`);
  }

  /** An invalid file is reported in `failed`; the others are stored together. */
  async function addFiles(files: readonly UploadedFile[], place: DocumentPlace) {
    const outcomes = await addDocuments(files.map(toDocument), place, options);
    return {
      documents: outcomes.filter((outcome) => "document" in outcome),
      failed: outcomes.filter((outcome) => "failure" in outcome),
    };
  }

  function toDocument({ path, bytes }: UploadedFile): SourceDocument | UnreadableDocument {
    const failed = (failure: string) => ({ path, failure });
    const [issue] = v.safeParse(documentPath, path, { abortPipeEarly: true }).issues ?? [];
    if (issue) return failed(`the path ${issue.message}`);
    if (bytes.byteLength > sizeLimit) return failed(`larger than ${sizeLimit} bytes`);
    const mediaType = mediaTypeOf(path);
    if (!mediaType) return failed("the path does not tell what kind of document it is");
    return { path, bytes, mediaType };
  }

  return [
    defineRoute({
      method: "GET",
      path: "/api/search",
      summary: "The best passages for a question, with their scores; explain=1 shows why",
      access: "guest",
      scope: "search",
      query: searchQuery,
      output: { 200: found },
      async handle({ query: { q, limit, explain, ...about } }) {
        const scope = readScope(about);
        const result = await search(q, { limit, scope, explain: explain === "1" });
        const passages = result.passages.map(
          ({ media_type: _type, coverage: _coverage, nearness: _nearness, ...passage }) => passage,
        );
        return json({ query: q, passages, explanation: result.explanation });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/suggestions",
      summary: "First questions to ask, from SUGGESTIONS or the documents' questions and titles",
      access: "guest",
      scope: "search",
      output: { 200: suggestions },
      handle: async () => json({ suggestions: await options.suggest() }),
    }),
    defineRoute({
      method: "GET",
      path: "/api/documents",
      summary: "The ingested documents, the last changed first",
      access: "guest",
      scope: "search",
      query: listQuery,
      output: { 200: documentList },
      async handle({ query }) {
        const page = await library.list(query);
        if (page === "invalid-cursor") throw invalidCursor();
        return json(page);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/documents",
      summary: "Add or replace a document, or several as multipart files",
      access: "admin",
      limit: "ingest",
      body: documentBody,
      bodyLimit: sizeLimit * jsonOverhead,
      form: documentForm,
      output: { 200: addedDocument, 201: addedDocument, 207: addedFiles },
      async handle({ body, form }) {
        if (form) return json(await addFiles(form.files, form.fields), 207);
        const { content, encoding, ...document } = body;
        const added = await add({ ...document, bytes: await bytesOf(content, encoding) });
        return json(added, added.result === "added" ? 201 : 200);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/documents/:id",
      summary: "A document with its passages, in pages",
      access: "guest",
      scope: "search",
      params: documentParams,
      query: passagesQuery,
      output: { 200: documentWithPassages },
      async handle({ params, query }) {
        const document = isUuid(params.id) && (await library.read(params.id, query));
        if (!document) throw notFound("document");
        if (document === "invalid-cursor") throw invalidCursor();
        return json(document);
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/documents/:id",
      summary: "Remove a document",
      access: "admin",
      limit: "ingest",
      params: documentParams,
      output: { 204: undefined },
      async handle({ params }) {
        if (!isUuid(params.id) || !(await library.remove(params.id))) throw notFound("document");
        return noContent();
      },
    }),
  ];
}

/** @throws Problem 400 */
async function bytesOf(
  content: string,
  encoding: "utf-8" | "base64",
): Promise<Uint8Array<ArrayBuffer>> {
  if (encoding === "utf-8") return textBytes(content);
  try {
    return await base64Bytes(content);
  } catch (cause) {
    throw new Problem(400, "invalid_input", "body.content: must be base64", {
      errors: [{ path: "body.content", message: "must be base64" }],
      cause,
    });
  }
}
