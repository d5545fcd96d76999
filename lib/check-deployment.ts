import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { documentProblems } from './check-documents.ts';
import { checkSettings } from './check-environment.ts';
import type { Settings } from './settings.ts';

/** With a task's name of 40 characters and `-dead-letter` this makes the 80 of a queue's name. */
const deploymentCharacters = 27;

/**
 * Checks what the parts of a deployment do not check themselves. Throws an Error for a name or a setting that cannot
 * be; lets synthesis fail for a document that outgrows its limit.
 */
export function checkDeployment(
  scope: Construct,
  { deployment, settings }: { deployment: string; settings: Settings },
): void {
  if (Token.isUnresolved(deployment)) {
    throw new Error(`${scope.node.path} needs a name that is known before deployment: pass deployment`);
  }
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(deployment) || deployment.length > deploymentCharacters) {
    throw new Error(
      `The deployment's name ${JSON.stringify(deployment)} has ${deployment.length} characters: use at most ` +
        `${deploymentCharacters} letters, digits and hyphens, or queue names grow beyond SQS's 80`,
    );
  }
  checkSettings(settings, deployment);
  const ownReplies = settings.replyDestinations.filter((arn) =>
    arn.split(':').at(-1)?.startsWith(`${deployment}-`),
  );
  if (ownReplies.length > 0) {
    throw new Error(
      `Replies to ${ownReplies.join(', ')} are not allowed: outcomes would come back to this deployment as work. ` +
        'Name a queue of the application that asked',
    );
  }
  const { region } = Stack.of(scope);
  const elsewhere = settings.replyDestinations.filter((arn) => arn.split(':')[3] !== region);
  if (elsewhere.length > 0 && !Token.isUnresolved(region)) {
    throw new Error(
      `Replies to ${elsewhere.join(', ')} are not possible: workers in ${region} send to queues of their own region. ` +
        'Name a queue there',
    );
  }
  scope.node.addValidation({ validate: () => documentProblems(scope) });
}
