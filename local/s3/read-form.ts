import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { S3Error } from './s3-error.ts';

/** A form's fields by name in lower case. */
export type FormFields = Map<string, string>;

/** A form with one file, read up to the file. */
export interface UploadForm {
  /** Those before the file; S3 ignores what stands behind it. */
  fields: FormFields;
  fileName: string;
  /** The file's bytes; ends with an S3Error unless the form ends as a form must. */
  file: AsyncIterable<Buffer>;
}

/** S3's limit on all that stands before the file. */
const fieldBytes = 20_480;

/** Reads a form's fields and leaves its file to be streamed. Throws S3Error. */
export async function readForm(message: IncomingMessage): Promise<UploadForm> {
  const parser = startParser(message);
  const broken = new Promise<never>((_resolve, reject) => {
    parser.once('error', (error: Error) => reject(malformed(error.message)));
    message.once('close', () => {
      if (!message.complete) reject(malformed('it breaks off'));
    });
  });
  const finished = once(parser, 'finish');
  for (const outcome of [broken, finished]) outcome.catch(() => undefined);
  const arrived = readFields(parser);
  message.pipe(parser);
  const { fields, fileName, stream } = await Promise.race([arrived, broken]);
  // Nobody reads the file of a form that was refused: its end must not be an unhandled error.
  stream.on('error', () => undefined);
  broken.catch((error: Error) => stream.destroy(error));
  const file = async function* () {
    try {
      yield* stream as AsyncIterable<Buffer>;
      await Promise.race([finished, broken]);
    } catch (error) {
      throw error instanceof S3Error ? error : malformed((error as Error).message);
    }
  };
  return { fields, fileName, file: file() };
}

function startParser({ headers }: IncomingMessage): BusboyInstance {
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': headers['content-type'] ?? '' },
      isPartAFile: (name) => name?.toLowerCase() === 'file',
      preservePath: true,
      limits: { files: 1, fieldSize: fieldBytes, fields: 100, headerSize: 8192 },
    });
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

function readFields(
  parser: BusboyInstance,
): Promise<{ fields: FormFields; fileName: string; stream: BusboyFileStream }> {
  const fields: FormFields = new Map();
  let bytes = 0;
  return new Promise((resolve, reject) => {
    parser.on('field', (name, value, _nameTruncated, valueTruncated) => {
      bytes += name.length + Buffer.byteLength(value);
      if (valueTruncated || bytes > fieldBytes) {
        reject(
          new S3Error(
            'MaxPostPreDataLengthExceeded',
            'Your POST request fields preceding the upload file were too large.',
          ),
        );
      }
      fields.set(name.toLowerCase(), value);
    });
    parser.once('file', (_name, stream, fileName) => {
      resolve({ fields: new Map(fields), fileName: fileName ?? '', stream });
    });
    parser.once('finish', () => {
      reject(new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.'));
    });
  });
}

function malformed(reason: string): S3Error {
  return new S3Error(
    'MalformedPOSTRequest',
    `The body of your POST request is not well-formed multipart/form-data: ${reason}`,
  );
}
