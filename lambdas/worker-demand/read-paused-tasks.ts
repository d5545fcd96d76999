import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';

const pausedTasks = z.array(z.string());

/** Names of the tasks that an operator has paused. Throws if the parameter is not a JSON array of names. */
export async function readPausedTasks(ssm: SSMClient, parameter: string): Promise<ReadonlySet<string>> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter }));
  try {
    return new Set(pausedTasks.parse(JSON.parse(Parameter?.Value ?? '')));
  } catch (error) {
    throw new Error(
      `SSM parameter ${parameter} holds ${JSON.stringify(Parameter?.Value)}: set it to a JSON array of task names, such as []`,
      { cause: error },
    );
  }
}
