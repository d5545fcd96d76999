import type { FormFields } from './read-form.ts';
import { S3Error } from './s3-error.ts';
import { checkSignature } from './signature.ts';

/** Bounds of the file's size, both inclusive. */
export interface SizeBounds {
  minimumBytes: number;
  maximumBytes: number;
}

type Condition =
  | { kind: 'eq' | 'starts-with'; field: string; value: string }
  | ({ kind: 'size' } & SizeBounds);

/** Fields that a form may have although its policy does not speak of them. */
const free = new Set(['policy', 'x-amz-signature', 'file']);

/**
 * Checks the fields of a browser's upload against the policy among them: signature, expiration, every condition, and
 * that no field stands beside the policy. Answers how large the file may be. Throws S3Error.
 */
export function checkPostPolicy({
  fields,
  bucket,
  now,
}: {
  fields: FormFields;
  bucket: string;
  /** Milliseconds since 1970. */
  now: number;
}): SizeBounds {
  const policy = fields.get('policy');
  if (policy === undefined) throw new S3Error('AccessDenied', 'Access Denied: the form has no policy');
  checkSignature({
    credential: fields.get('x-amz-credential') ?? '',
    stringToSign: policy,
    signature: fields.get('x-amz-signature') ?? '',
  });
  const { expiration, conditions } = readPolicy(policy);
  if (!(expiration > now)) throw denied('Policy expired.');
  const values = new Map(fields).set('bucket', bucket);
  for (const condition of conditions) {
    if (condition.kind === 'size') continue;
    const value = values.get(condition.field) ?? '';
    const holds = condition.kind === 'eq' ? value === condition.value : value.startsWith(condition.value);
    if (!holds) {
      const words = JSON.stringify([condition.kind, `$${condition.field}`, condition.value]);
      throw denied(`Policy Condition failed: ${words}`);
    }
  }
  const known = new Set(conditions.map((condition) => (condition.kind === 'size' ? '' : condition.field)));
  const extra = [...fields.keys()].find(
    (name) => !known.has(name) && !free.has(name) && !name.startsWith('x-ignore-'),
  );
  if (extra !== undefined) throw denied(`Extra input fields: ${extra}`);
  const sizes = conditions.filter((condition) => condition.kind === 'size');
  return {
    minimumBytes: Math.max(0, ...sizes.map((size) => size.minimumBytes)),
    maximumBytes: Math.min(5 * 1024 ** 3, ...sizes.map((size) => size.maximumBytes)),
  };
}

function readPolicy(policy: string): { expiration: number; conditions: Condition[] } {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(policy, 'base64').toString('utf8'));
  } catch {
    throw invalid('Invalid JSON.');
  }
  const { expiration, conditions } = (document ?? {}) as { expiration?: unknown; conditions?: unknown };
  const time = typeof expiration === 'string' ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(time)) throw invalid(`Invalid 'expiration' value: '${expiration}'`);
  if (!Array.isArray(conditions)) throw invalid("Policy missing 'conditions'.");
  return { expiration: time, conditions: conditions.flatMap(readCondition) };
}

function readCondition(condition: unknown): Condition[] {
  if (Array.isArray(condition)) {
    const [kind, second, third] = condition as unknown[];
    const name = String(kind).toLowerCase();
    if (name === 'content-length-range') {
      const [minimumBytes, maximumBytes] = [Number(second), Number(third)];
      if (minimumBytes >= 0 && maximumBytes >= 0) return [{ kind: 'size', minimumBytes, maximumBytes }];
    }
    if (
      (name === 'eq' || name === 'starts-with') &&
      typeof second === 'string' &&
      second.startsWith('$') &&
      typeof third === 'string'
    ) {
      return [{ kind: name, field: second.slice(1).toLowerCase(), value: third }];
    }
  } else if (typeof condition === 'object' && condition !== null) {
    const pairs = Object.entries(condition);
    if (pairs.every((pair): pair is [string, string] => typeof pair[1] === 'string')) {
      return pairs.map(([field, value]) => ({ kind: 'eq', field: field.toLowerCase(), value }));
    }
  }
  throw invalid(`Invalid condition: ${JSON.stringify(condition)}`);
}

const invalid = (reason: string) => new S3Error('InvalidPolicyDocument', `Invalid Policy: ${reason}`);
const denied = (reason: string) => new S3Error('AccessDenied', `Invalid according to Policy: ${reason}`);
