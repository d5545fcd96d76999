import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';

/** Characters that AWS takes: of policies without white space, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const limitsOf = [
  { type: CfnPolicy, property: 'policyDocument', characters: 10_240, what: 'The policy' },
  { type: CfnManagedPolicy, property: 'policyDocument', characters: 6144, what: 'The managed policy' },
  { type: CfnKey, property: 'keyPolicy', characters: 32_768, what: 'The key policy' },
  { type: CfnFunction, property: 'environment', characters: 4096, what: 'The environment of the function' },
  { type: CfnParameter, property: 'value', characters: 8192, what: 'The parameter' },
] as const;

/** Documents of this part of the tree that are larger than AWS takes, as more tasks than it was made for make them. */
export function documentProblems(scope: Construct): string[] {
  return scope.node.findAll().flatMap((resource) => {
    const limit = limitsOf.find(({ type }) => resource instanceof type);
    if (!limit) return [];
    const stack = Stack.of(resource);
    const document: unknown = stack.resolve(Reflect.get(resource, limit.property));
    const characters = deployedCharacters(stack, document);
    if (characters <= limit.characters) return [];
    return [
      `${limit.what} ${resource.node.path} would have about ${characters} characters, but AWS takes ${limit.characters}: ` +
        'divide the catalogue between two deployments, or shorten the names of tasks',
    ];
  });
}

/** What an ARN or a name that AWS makes up has at most, roughly. */
const unknownCharacters = 100;

/** How long the document's JSON will be once its references are replaced. */
function deployedCharacters(stack: Stack, document: unknown): number {
  const resources = new Map(
    stack.node
      .findAll()
      .filter((one) => one instanceof CfnResource)
      .map((one) => [String(stack.resolve(one.logicalId)), one]),
  );
  return JSON.stringify(replaced(document))?.length ?? 0;

  function replaced(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(replaced);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (!only || entries.length > 1 || !(only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      return Object.fromEntries(entries.map(([key, inner]) => [key, replaced(inner)]));
    }
    const [name, argument] = only;
    if (name === 'Fn::Join') return argument[1].map(replaced).join(argument[0]);
    if (String(argument).startsWith('AWS::')) return 'x'.repeat(14);
    const queue = resources.get(name === 'Ref' ? argument : argument[0]);
    if (queue instanceof CfnQueue) return `arn:aws:sqs:${stack.region}:000000000000:${queue.queueName}`;
    return 'x'.repeat(unknownCharacters);
  }
}
