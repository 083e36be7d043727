import type { IngestOverview } from "../../../../contract/operator/ingest.ts";
import { bytesOf } from "../words.ts";
import { isPassedOver, type PickedFile } from "./picked.ts";

/** Why a file is not sent: `hidden` ones are only counted, the others are named. */
export type Screening =
  | { readonly kind: "send" }
  | { readonly kind: "hidden" }
  | { readonly kind: "refused"; readonly reason: string };

/** Tells from a file's path and size whether the server would take it. */
export function screenFile(
  { path, file }: PickedFile,
  accepts: IngestOverview["accepts"],
): Screening {
  if (path.split("/").some(isPassedOver)) return { kind: "hidden" };
  const extension = /[^/]\.([a-z\d]+)$/i.exec(path)?.[1]?.toLowerCase();
  if (extension === undefined || !accepts.extensions.includes(extension)) {
    const known = accepts.extensions.map((each) => `.${each}`).join(", ");
    return { kind: "refused", reason: `Not a kind of document that is read (${known}).` };
  }
  if (file.size > accepts.size_limit) {
    const reason = `Larger than ${bytesOf(accepts.size_limit)}, the most that a document may have.`;
    return { kind: "refused", reason };
  }
  return { kind: "send" };
}
