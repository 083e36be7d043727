import type { Database } from "../../ports/database.ts";
import { createYieldIfDue } from "../../lib/yield-to-event-loop.ts";
import type { ParsedDocument } from "../parsing/document.ts";
import type { DocumentIdentity } from "./identity.ts";
import { countFieldTerms, passageFields, type IndexedField } from "../index/fields.ts";
import { impactOf, posting, renumber } from "../index/postings.ts";
import { PostingSorter } from "../index/posting-sorter.ts";
import { writeLists, type PostingList } from "../index/segment.ts";
import { publishDocuments, reserveNumbers, writePassages } from "./store.ts";
import type { DocumentRow, PassageRow } from "./store.ts";
import { openSegment, publishPart } from "../index/store-segments.ts";

const documentsAtOnce = 4096;
const passagesAtOnce = 4096;
const charactersAtOnce = 8_000_000;
/** Limits for one statement, so that it occupies an embedded database for well under 50 ms. */
const statementDocuments = 128;
const statementCharacters = 100_000;
const statementPassages = 128;

type Pending = Omit<PassageRow, "number">;

/**
 * A batch of documents with the index segment of their passages. Searches see nothing of it until `publish`,
 * which shows the documents in parts, each document with all its passages at once.
 */
export class Revision {
  readonly #documents = new Map<string, DocumentRow>();
  readonly #passages: Pending[] = [];
  readonly #postings = new PostingSorter();
  readonly #pause = createYieldIfDue();
  #terms = 0;
  #characters = 0;

  get isEmpty(): boolean {
    return this.#documents.size === 0;
  }

  get isFull(): boolean {
    return (
      this.#documents.size >= documentsAtOnce ||
      this.#passages.length >= passagesAtOnce ||
      this.#characters >= charactersAtOnce
    );
  }

  has(documentId: string): boolean {
    return this.#documents.has(documentId);
  }

  /** Adds a document and indexes its passages. */
  async add(row: DocumentRow, identity: DocumentIdentity, parsed: ParsedDocument): Promise<void> {
    this.#documents.set(row.id, row);
    for (const { words, ...passage } of parsed.passages) {
      await this.#pause();
      const { ordinal } = passage;
      const description = ordinal === 0 ? row.description : null;
      const headings = { title: parsed.title, headingPath: passage.headingPath, description };
      this.#index(passageFields(headings, words));
      this.#passages.push({ ...passage, documentId: row.id, id: identity.passage(ordinal) });
      this.#characters += passage.text.length;
    }
  }

  /**
   * Stores all passages, then publishes the documents. After a failure, a sweep deletes what was written.
   *
   * @throws PortFailure
   */
  async publish(database: Database): Promise<void> {
    const id = await openSegment(database);
    const numbers = await reserveNumbers(database, this.#passages.length);
    const rows = this.#passages.map((row, index) => ({ ...row, number: numbers[index] ?? 0 }));
    for (const part of parts(rows, (row) => row.text.length, statementCharacters)) {
      await writePassages(database, id, part);
    }
    await writeLists(database, id, this.#lists(numbers));
    const summary = {
      passages: rows.length,
      terms: this.#terms,
      firstNumber: numbers[0] ?? 0,
      lastNumber: numbers.at(-1) ?? 0,
    };
    const documents = [...this.#documents.values()];
    for (let from = 0; from < documents.length; from += statementDocuments) {
      const part = documents.slice(from, from + statementDocuments);
      const state = from + statementDocuments < documents.length ? "publishing" : "live";
      await publishPart(database, id, summary, state, publishDocuments(id, part));
    }
  }

  /** Until `publish` reserves numbers, a passage's index in this batch stands for its number. */
  #index(fields: readonly IndexedField[]): void {
    const { counts, length } = countFieldTerms(fields);
    for (const [feature, count] of counts) {
      this.#postings.add(feature, posting(this.#passages.length, impactOf(count, length)));
    }
    this.#terms += length;
  }

  *#lists(numbers: readonly number[]): Generator<PostingList> {
    for (const { feature, postings } of this.#postings.lists()) {
      yield { feature, postings: postings.map((value) => renumber(value, numbers)) };
    }
  }
}

/** Splits rows into parts that fit one statement. */
function* parts<Row>(
  rows: readonly Row[],
  sizeOf: (row: Row) => number,
  limit: number,
): Generator<Row[]> {
  let part: Row[] = [];
  let size = 0;
  for (const row of rows) {
    if (part.length > 0 && (size + sizeOf(row) > limit || part.length >= statementPassages)) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(row);
    size += sizeOf(row);
  }
  if (part.length > 0) yield part;
}
