import { z } from 'zod';
import { localRegion } from '../local-service.ts';
import { type Body, madeUpName, readProperties } from './body.ts';

/** `AWS::S3::Bucket`: an empty bucket, or the one of before with everything in it. */
export const bucket: Body = async (context) => {
  const { BucketName: name = madeUpName(context, 63).toLowerCase(), VersioningConfiguration: versioning } =
    readProperties(
      context,
      z.object({
        BucketName: z.string().optional(),
        VersioningConfiguration: z.object({ Status: z.string() }).optional(),
      }),
    );
  await context.services.s3.createBucket(name, { versioned: versioning?.Status === 'Enabled' });
  return {
    Ref: name,
    Arn: `arn:aws:s3:::${name}`,
    DomainName: `${name}.s3.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${localRegion}.amazonaws.com`,
  };
};
