import type { SkippedDocument } from "../../ports/document-source.ts";

const reasons: Readonly<Record<SkippedDocument["skipped"], string>> = {
  outside: "a link that leads out of the folder",
  hidden: "hidden",
  "own-data": "it belongs to Docent's own data (DATA_DIR)",
};

/** Why a file or folder was skipped, in words for the operator. */
export function describeSkipped(reason: SkippedDocument["skipped"]): string {
  return reasons[reason];
}
