import type { TaskClient } from '../../client/task-client.ts';
import { propertyUpload } from '../../tasks/property-upload/task.ts';

/** Uploads a file of properties as a browser would: a presigned form, sent with fetch. Answers its key in quarantine. */
export async function uploadFile(
  tasks: TaskClient,
  { fileName, content, landlordId }: { fileName: string; content: Buffer | string; landlordId: string },
): Promise<string> {
  const upload = await tasks.createUpload({ task: propertyUpload, input: { landlordId }, fileName });
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(Buffer.from(content))]), fileName);
  const answer = await fetch(upload.url, { method: 'POST', body: form });
  if (!answer.ok) throw new Error(`${fileName} was not taken (${answer.status}): ${await answer.text()}`);
  return upload.key;
}

/** The harmless text that every malware scanner knows, in two parts so that none finds it in this file. */
export const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
