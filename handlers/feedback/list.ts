import { csvRecord } from "../lib/csv.ts";
import { decodeTimeCursor, toPage, type Page, type Place } from "../lib/paging.ts";
import type { FeedbackRecord, OperatorLists } from "./store-lists.ts";

/** The only order that a cursor can have. */
const sort = "-feedback";
/** Votes that a CSV's export reads at once. */
const rowsAtOnce = 100;

/** The place that a cursor names; undefined: the beginning. */
export function readPlace(cursor: string | undefined): Place | undefined | "invalid-cursor" {
  if (cursor === undefined) return undefined;
  return decodeTimeCursor(cursor, sort) ?? "invalid-cursor";
}

/** A page of votes, the newest first. @throws PortFailure */
export async function listFeedback(
  lists: OperatorLists,
  after: Place | undefined,
  limit: number,
): Promise<Page<FeedbackRecord>> {
  const found = await lists.feedback(after, limit + 1);
  const { rows, next_cursor } = toPage(found, limit, sort, ({ place }) => place);
  return { rows: rows.map(({ feedback }) => feedback), next_cursor };
}

/**
 * All votes from a place on as the records of a CSV, a page at a time. The first page is read before this returns, so
 * that the failure of a database that is down can be told by a status.
 *
 * @throws PortFailure
 */
export async function exportFeedback(
  lists: OperatorLists,
  from: Place | undefined,
): Promise<AsyncGenerator<string, void, void>> {
  return toRecords(lists, await lists.feedback(from, rowsAtOnce));
}

async function* toRecords(
  lists: OperatorLists,
  first: Awaited<ReturnType<OperatorLists["feedback"]>>,
): AsyncGenerator<string, void, void> {
  const header = ["message_id", "vote", "note", "question", "answer", "created_at"];
  yield csvRecord(header);
  for (let rows = first; ;) {
    const records = rows.map(({ feedback }) => toRecord(feedback));
    yield records.join("");
    const after = rows.at(-1)?.place;
    if (rows.length < rowsAtOnce || !after) return;
    rows = await lists.feedback(after, rowsAtOnce);
  }
}

function toRecord({ message_id, vote, note, question, answer, created_at }: FeedbackRecord) {
  return csvRecord([message_id, vote, note, question, answer, created_at.toISOString()]);
}
