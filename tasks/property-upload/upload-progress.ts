import type { HandlerContext } from '../handle.ts';
import type { RowCounts } from './check-rows.ts';
import type { propertyUpload } from './task.ts';

type Tell = HandlerContext<typeof propertyUpload>['progress'];

/** Tells how far an upload is: the share of the file's bytes that is read, the rows, and how long it may still take. */
export interface UploadProgress {
  /** The file's content as it is read; from the start again, should it be read again. */
  reading(content: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
  /** So many rows have been checked. */
  counted(counts: RowCounts): void;
  /** All rows have been checked, and the database takes the good ones into the register; told until `end`. */
  loading(): void;
  /** So many are in the register, or would be, if nothing goes wrong any more. */
  loaded(counts: { loaded: number; rejected: number }): void;
  /** Nothing more is told by itself. */
  end(): void;
}

/** Loading takes about so many times as long as reading, as docs/benchmarks-upload.md has it; a guess for any one file. */
const loadingPerReading = 2;
const everyMilliseconds = 1000;

/** Begins to tell about a file of that size. */
export function tellProgress(tell: Tell, sizeBytes: number): UploadProgress {
  const startedAt = performance.now();
  const elapsedSeconds = () => (performance.now() - startedAt) / 1000;
  let bytes = 0;
  let message = 'reading';
  let counts: Record<string, number> = {};
  let expectedSeconds: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  const update = () => {
    const secondsLeft = Math.ceil((expectedSeconds ?? 0) - elapsedSeconds());
    const estimate = secondsLeft > 0 ? { secondsLeft } : {};
    tell({ done: bytes, total: sizeBytes, unit: 'bytes', message, counts, ...estimate });
  };
  return {
    reading: async function* (content) {
      bytes = 0;
      for await (const chunk of content) {
        bytes += chunk.length;
        yield chunk;
      }
    },
    counted: ({ rows, bad }) => {
      counts = { rows, rejected: bad };
      if (bytes > 0) expectedSeconds = elapsedSeconds() * (sizeBytes / bytes) * (1 + loadingPerReading);
      update();
    },
    loading: () => {
      message = 'loading';
      update();
      timer = setInterval(update, everyMilliseconds);
    },
    loaded: ({ loaded, rejected }) => {
      message = 'reporting';
      counts = { ...counts, loaded, rejected };
      update();
    },
    end: () => clearInterval(timer),
  };
}
