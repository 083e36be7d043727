import { askedIngest, ingestOverview } from "../../contract/operator/ingest.ts";
import { Problem } from "../../http/problem.ts";
import { json } from "../../http/reply.ts";
import { defineRoute, type Route } from "../../http/route.ts";
import type { Library } from "./library.ts";
import type { IngestProgress } from "./progress.ts";
import type { Rereading } from "./reread.ts";

export interface IngestRouteOptions {
  readonly library: Library;
  readonly progress: IngestProgress;
  readonly rereading: Rereading;
  /** The name of DOCUMENTS_DIR's source; undefined: this server reads no folder. */
  readonly folderSource: string | undefined;
  /** Extensions of files that can be read, without a dot. */
  readonly extensions: readonly string[];
  /** Bytes of one document, at most. */
  readonly sizeLimit: number;
}

/** The operator's routes of the folder: how its last ingest went, and to read it again. @throws Problem */
export function ingestRoutes(options: IngestRouteOptions): Route[] {
  const { library, progress, rereading, folderSource, extensions, sizeLimit } = options;
  return [
    defineRoute({
      method: "GET",
      path: "/api/documents/ingest",
      summary: "How the last ingest of DOCUMENTS_DIR went, the sources, and what can be uploaded",
      access: "admin",
      output: { 200: ingestOverview },
      async handle() {
        const { state, done, total } = progress.state();
        return json({
          folder: folderSource === undefined ? null : { source: folderSource },
          state,
          done,
          total,
          last: progress.last() ?? null,
          sources: await library.sources(),
          accepts: { extensions, size_limit: sizeLimit },
        });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/documents/ingest",
      summary: "Read DOCUMENTS_DIR again, in the background",
      access: "admin",
      limit: "ingest",
      output: { 202: askedIngest },
      problems: { 409: "This server reads no folder: `no_folder`" },
      handle() {
        if (folderSource === undefined) {
          const detail =
            "This server reads no folder: DOCUMENTS_DIR is not set, or the runtime has no files. Upload documents instead.";
          throw new Problem(409, "no_folder", detail);
        }
        return json({ state: rereading.ask() }, 202);
      },
    }),
  ];
}
