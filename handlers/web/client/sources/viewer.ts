import type { CitedSource } from "../lib/wire.ts";
import { createCitationPanel } from "./passage-panel.ts";
import { createSourcePreview, type SourcePreview } from "./preview.ts";

/** Shows sources: a passage in the panel, and a preview of each marker. */
export interface SourceViewer {
  /** Opens the passage of a source that an answer cites with this number. */
  readonly open: (number: number, source: CitedSource, answer: string) => void;
  readonly watch: SourcePreview["watch"];
}

/** Creates the page's viewer of sources. */
export function createSourceViewer(): SourceViewer {
  const { open } = createCitationPanel();
  const { watch } = createSourcePreview();
  return { open, watch };
}
