import type { ReportDocument } from './report-document.ts';

/** Makes documents that are worth printing. */
export interface Typesetter {
  /**
   * The document as a tagged PDF (PDF/UA-1). Documents are typeset one at a time, in a process of their own. Throws
   * TypesettingFailed if that process dies or Typst refuses the document, and the signal's reason once it is aborted.
   */
  pdf(document: ReportDocument, options: { signal: AbortSignal; createdAt: Date }): Promise<Buffer>;
}

/** A document could not be typeset; no other one is touched. */
export class TypesettingFailed extends Error {
  override readonly name = 'TypesettingFailed';
}
