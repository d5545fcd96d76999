import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { type AcknowledgedRule, everywhere, inDev, inProd } from './acknowledged-rules.ts';
import { dev } from './dev.ts';
import { prod } from './prod.ts';

describe.each([
  { deployed: dev, acknowledged: [...everywhere, ...inDev] },
  { deployed: prod, acknowledged: [...everywhere, ...inProd] },
])('the rule packs AwsSolutions and NIST 800-53 r5 on $deployed.name', ({ deployed, acknowledged }) => {
  const found = findings(deployed.stack);

  it('find nothing that has no reason', () => {
    const open = found.filter((finding) => !acknowledged.some((known) => covers(known, finding)));
    expect(open).toEqual([]);
  });

  it('find what was acknowledged: no reason outlives its finding', () => {
    const stale = acknowledged.flatMap((known) =>
      known.at
        .filter((at) => !found.some((finding) => covers({ ...known, at: [at] }, finding)))
        .map((at) => `${known.rule} at ${at}`),
    );
    expect(stale).toEqual([]);
  });
});

interface Finding {
  rule: string;
  path: string;
}

function findings(stack: typeof dev.stack): Finding[] {
  const behindStack = `${stack.node.path}/Default/`;
  return [new AwsSolutionsChecks(stack), new NIST80053R5Checks(stack)]
    .flatMap((pack) => pack.validateScope(stack).violations)
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => ({
        rule: ruleName,
        path: constructPath.replace(behindStack, ''),
      })),
    );
}

function covers({ rule, at }: AcknowledgedRule, finding: Finding): boolean {
  return finding.rule.split('[')[0] === rule && at.some((start) => finding.path.startsWith(start));
}
