import { z } from 'zod';
import { type Body, madeUpName, readProperties } from './body.ts';

/** `AWS::SSM::Parameter`: what an operator changed stays until the template's own value changes. */
export const parameter: Body = async (context) => {
  const {
    Name = madeUpName(context),
    Type,
    Value,
  } = readProperties(context, z.object({ Name: z.string().optional(), Type: z.string(), Value: z.string() }));
  if (context.known.templateValues.hasChanged(context.logicalId, Value)) {
    await context.services.ssm.call('PutParameter', { Name, Type, Value, Overwrite: true });
  }
  return { Ref: Name, Type, Value };
};
