import type { IngestedDocument, ListedDocuments } from "../../../contract/document.ts";
import type { HealthReport } from "../../../contract/health.ts";
import type { OpenQuestions } from "../../../contract/operator/feedback.ts";
import type { IngestOverview } from "../../../contract/operator/ingest.ts";
import type { UsageDay } from "../../../contract/operator/usage.ts";
import { requestReport } from "../lib/request.ts";
import type { OperatorRequest } from "./operator.ts";

/** A file as it is sent. */
export interface NamedBytes {
  readonly path: string;
  readonly bytes: ArrayBuffer;
}

/** The answer to several uploaded files. */
export interface UploadAnswer {
  readonly documents: readonly IngestedDocument[];
  readonly failed: readonly { readonly path: string; readonly failure: string }[];
}

export interface DocumentQuery {
  readonly q: string;
  /** Empty: all. */
  readonly source: string;
  readonly cursor: string | undefined;
}

/** The operator's routes. Every call throws RequestFailure. */
export interface AdminApi {
  overview(): Promise<IngestOverview>;
  reread(): Promise<{ readonly state: "started" | "queued" }>;
  documents(query: DocumentQuery): Promise<ListedDocuments>;
  removeDocument(id: string): Promise<void>;
  upload(files: readonly NamedBytes[], signal: AbortSignal): Promise<UploadAnswer>;
  questions(days: number): Promise<OpenQuestions>;
  questionsCsv(days: number): Promise<Blob>;
  usage(days: number): Promise<{ readonly days: readonly UsageDay[] }>;
  health(): Promise<HealthReport>;
}

/** Documents on one page of the list. */
export const documentsPerPage = 50;

export function createAdminApi(request: OperatorRequest): AdminApi {
  const read = async <Answer>(path: string, init?: RequestInit): Promise<Answer> =>
    (await (await request(path, init)).json()) as Answer;
  return {
    overview: () => read("/api/documents/ingest"),
    reread: () => read("/api/documents/ingest", { method: "POST" }),
    documents({ q, source, cursor }) {
      const query = new URLSearchParams({ limit: String(documentsPerPage) });
      if (q) query.set("q", q);
      if (source) query.set("source", source);
      if (cursor !== undefined) query.set("cursor", cursor);
      return read(`/api/documents?${query}`);
    },
    async removeDocument(id) {
      await request(`/api/documents/${encodeURIComponent(id)}`, { method: "DELETE" });
    },
    upload(files, signal) {
      const body = new FormData();
      for (const { path, bytes } of files) body.append("files", new Blob([bytes]), path);
      return read("/api/documents", { method: "POST", body, signal });
    },
    questions: (days) => read(`/api/questions?days=${days}`),
    async questionsCsv(days) {
      return (await request(`/api/questions?days=${days}&format=csv`)).blob();
    },
    usage: (days) => read(`/api/usage?days=${days}`),
    async health() {
      return (await (await requestReport("/api/health")).json()) as HealthReport;
    },
  };
}
