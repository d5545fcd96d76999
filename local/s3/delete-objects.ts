import { deleteKey } from './objects.ts';
import { body } from './receive-content.ts';
import { S3Error } from './s3-error.ts';
import type { S3Operation } from './s3-operation.ts';
import { readText } from './s3-request.ts';
import { elements, readXml, text, writeXml, type XmlElement } from './s3-xml.ts';

/** DeleteObjects: up to 1000 keys or versions, each with its own outcome. */
export const deleteObjects: S3Operation = async (request, state) => {
  const bucket = state.buckets.get(request.bucket);
  const document = readXml(await readText(body(request)), 'Delete');
  const objects = elements(document, 'Object');
  if (objects.length === 0 || objects.length > 1000) {
    throw new S3Error('MalformedXML', `Delete names ${objects.length} objects: name 1 to 1000`);
  }
  const Deleted: XmlElement[] = [];
  const failures: XmlElement[] = [];
  for (const object of objects) {
    const Key = text(object, 'Key') ?? '';
    const VersionId = text(object, 'VersionId');
    try {
      const deleted = deleteKey(state, bucket, Key, VersionId);
      const markerVersion = deleted.deleteMarker ? deleted.versionId : undefined;
      Deleted.push({
        Key,
        VersionId,
        DeleteMarker: deleted.deleteMarker || undefined,
        DeleteMarkerVersionId: markerVersion,
      });
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      failures.push({ Key, VersionId, Code: error.code, Message: error.message });
    }
  }
  const quiet = text(document, 'Quiet') === 'true';
  return { body: writeXml('DeleteResult', { Deleted: quiet ? [] : Deleted, Error: failures }) };
};
