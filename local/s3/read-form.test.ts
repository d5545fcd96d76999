import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readForm } from './read-form.ts';

const boundary = 'b';
const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
const start = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nhalf of`;

test('a form that breaks off after it was refused ends without an unhandled error', async () => {
  const message = Object.assign(new PassThrough(), { headers, complete: false });
  message.write(start);
  const { file } = await readForm(message as unknown as IncomingMessage);
  message.destroy();
  // Two turns of the event loop: the file's stream has told its error to whoever listens.
  await setImmediate();
  await setImmediate();
  await expect(buffer(file)).rejects.toMatchObject({ code: 'MalformedPOSTRequest' });
});
