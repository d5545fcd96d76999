// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub writes its variables so
import { describe, expect, it } from 'vitest';
import { inOrder } from './in-order.ts';
import type { Template } from './template.ts';

const type = 'AWS::SQS::Queue';

describe('the order of resources', () => {
  it('puts every resource behind those it names by Ref, GetAtt, Sub and DependsOn', () => {
    const template: Template = {
      Resources: {
        Rule: { Type: type, Properties: { Target: { 'Fn::GetAtt': ['Queue', 'Arn'] } }, DependsOn: 'Policy' },
        Policy: {
          Type: type,
          Properties: { Text: { 'Fn::Sub': ['${Bucket.Arn}/${X}', { X: { Ref: 'Key' } }] } },
        },
        Queue: { Type: type, Properties: { Redrive: { arn: [{ 'Fn::GetAtt': 'DeadLetters.Arn' }] } } },
        Bucket: {
          Type: type,
          Properties: { Region: { Ref: 'AWS::Region' }, Name: { 'Fn::Sub': '${!Queue}' } },
        },
        Key: { Type: type },
        DeadLetters: { Type: type, DependsOn: ['Key'] },
      },
    };
    expect(inOrder(template)).toEqual(['Bucket', 'Key', 'Policy', 'DeadLetters', 'Queue', 'Rule']);
  });

  it('spells out a circle', () => {
    const template: Template = {
      Resources: {
        A: { Type: type, Properties: { x: { Ref: 'B' } } },
        B: { Type: type, DependsOn: 'C' },
        C: { Type: type, Properties: { x: { Ref: 'A' } } },
      },
    };
    expect(() => inOrder(template)).toThrow('circle: A -> B -> C -> A');
  });
});
