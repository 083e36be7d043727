/** A page that comes closest to a question which the documents do not answer. */
export interface RelatedPage {
  readonly document_id: string;
  readonly title: string;
  readonly url: string | null;
  readonly path: string;
}
