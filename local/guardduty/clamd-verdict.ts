import type { ScanVerdict } from './malware-scanner.ts';

/**
 * What clamd's answer means in GuardDuty's words. What clamd could not look into is no threat: with `AlertEncrypted`
 * and `AlertExceedsMax` it tells of that as a find of its own, whose name says so. Throws if the answer is no verdict.
 */
export function clamdVerdict(answer: string): ScanVerdict {
  if (/^INSTREAM size limit exceeded/.test(answer)) return tooLarge;
  const [, status] = /^stream: (.+)$/s.exec(answer) ?? [];
  if (status === 'OK') return { status: 'NO_THREATS_FOUND' };
  const [, name] = /^(.+) FOUND$/s.exec(status ?? '') ?? [];
  if (name === undefined) throw new Error(`clamd gave no verdict: ${JSON.stringify(answer)}`);
  if (name.startsWith('Heuristics.Encrypted.')) {
    return { status: 'UNSUPPORTED', reason: 'PASSWORD_PROTECTED' };
  }
  if (name.startsWith('Heuristics.Limits.Exceeded')) return tooLarge;
  return { status: 'THREATS_FOUND', threats: [name] };
}

const tooLarge: ScanVerdict = { status: 'UNSUPPORTED', reason: 'SIZE_LIMIT_EXCEEDED' };
