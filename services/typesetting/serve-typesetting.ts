import type { ReportDocument } from './report-document.ts';
import { createTypesetting } from './typeset.ts';

/** What a typesetting process is asked. */
export interface TypesettingRequest {
  document: ReportDocument;
  creationSeconds: number;
}

/** What it answers: the PDF, or why there is none. */
export type TypesettingAnswer = { pdf: Buffer } | { error: string };

/** Makes this process one that typesets what its parent sends it, until the parent disconnects. */
export function serveTypesetting(folder: string): void {
  const typeset = createTypesetting(folder);
  process.on('message', ({ document, creationSeconds }: TypesettingRequest) => {
    process.send?.(answer(() => typeset(document, creationSeconds)));
  });
}

function answer(work: () => Buffer): TypesettingAnswer {
  try {
    return { pdf: work() };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
