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

/** Loading takes about so many times as long as reading, by `npm run bench:upload`; a guess for any one file. */
const loadingPerReading = 1.5;
/** Before so long nobody can say how long the rest takes. */
const leastReadSeconds = 0.5;
const everyMilliseconds = 1000;

/** Begins to tell about a file of that size. */
export function tellProgress(tell: Tell, sizeBytes: number): UploadProgress {
  let startedAt = performance.now();
  let bytes = 0;
  let message = 'reading';
  let counts: Record<string, number> = {};
  /** What reading the whole file takes, as far as that can be said. */
  let readSeconds: number | undefined;
  let expectedEnd = 0;
  let timer: NodeJS.Timeout | undefined;

  const estimate = () => {
    const elapsedSeconds = (performance.now() - startedAt) / 1000;
    if (message === 'reading' && bytes > 0 && elapsedSeconds >= leastReadSeconds) {
      readSeconds = elapsedSeconds * Math.max(1, sizeBytes / bytes);
      expectedEnd = startedAt + readSeconds * (1 + loadingPerReading) * 1000;
    }
    // A guess that has run out is not told: it would say for ever that a moment is left.
    const secondsLeft = Math.ceil((expectedEnd - performance.now()) / 1000);
    return message === 'reporting' || readSeconds === undefined || secondsLeft <= 0 ? {} : { secondsLeft };
  };
  const update = () => tell({ done: bytes, total: sizeBytes, unit: 'bytes', message, counts, ...estimate() });
  return {
    reading: async function* (content) {
      startedAt = performance.now();
      bytes = 0;
      for await (const chunk of content) {
        bytes += chunk.length;
        yield chunk;
      }
    },
    counted: ({ rows, bad }) => {
      counts = { rows, rejected: bad };
      update();
    },
    loading: () => {
      estimate();
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
