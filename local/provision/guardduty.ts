import { z } from 'zod';
import { localAccount, localRegion } from '../local-service.ts';
import { type Body, readProperties } from './body.ts';

/** `AWS::GuardDuty::MalwareProtectionPlan`: the local scanner looks at everything that comes into the bucket. */
export const malwareProtectionPlan: Body = (context) => {
  const { ProtectedResource, Actions } = readProperties(
    context,
    z.object({
      ProtectedResource: z.object({
        S3Bucket: z.object({ BucketName: z.string(), ObjectPrefixes: z.array(z.string()).optional() }),
      }),
      Actions: z.object({ Tagging: z.object({ Status: z.string() }) }).optional(),
    }),
  );
  const { BucketName, ObjectPrefixes } = ProtectedResource.S3Bucket;
  const arn = `arn:aws:guardduty:${localRegion}:${localAccount}:malware-protection-plan/${context.logicalId}`;
  context.whenReady(() => {
    context.services.guardDuty
      .protect({
        bucket: BucketName,
        ...(ObjectPrefixes ? { prefixes: ObjectPrefixes } : {}),
        tagging: Actions?.Tagging.Status === 'ENABLED',
        arn,
      })
      .catch((error: Error) =>
        context.say(`The malware scan of ${BucketName} does not start: ${error.message}`),
      );
  });
  return { Ref: context.logicalId, Arn: arn, MalwareProtectionPlanId: context.logicalId, Status: 'ACTIVE' };
};
