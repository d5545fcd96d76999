// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub writes its variables so
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createResolver } from './resolver.ts';
import type { Template } from './template.ts';

const template: Template = {
  Parameters: { Size: { Type: 'Number', Default: 3 }, Bare: { Type: 'String' } },
  Mappings: { Sizes: { 'eu-west-2': { small: 's-2' } } },
  Conditions: {
    Always: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-2'] },
    Never: { 'Fn::Not': [{ Condition: 'Always' }] },
    Both: { 'Fn::And': [{ Condition: 'Always' }, { Condition: 'Never' }] },
    Either: { 'Fn::Or': [{ Condition: 'Always' }, { Condition: 'Never' }] },
  },
  Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
};
const attributes: Record<string, unknown> = { Ref: 'http://queue', Arn: 'arn:aws:sqs:eu-west-2:0:q' };
const { resolve, condition } = createResolver({
  template,
  stackName: 'dev',
  attribute: (_id, name) => attributes[name],
  dynamicReference: (service, reference) => `<${service}|${reference}>`,
});

describe('the resolver', () => {
  it.each<[string, unknown, unknown]>([
    ['Ref of a resource', { Ref: 'Queue' }, 'http://queue'],
    ['Ref of a parameter', { Ref: 'Size' }, 3],
    ['Ref of a pseudo parameter', { Ref: 'AWS::StackName' }, 'dev'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:eu-west-2:0:q'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:aws:sqs:eu-west-2:0:q'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Size' }, true]] }, 'a-3-true'],
    [
      'Sub',
      { 'Fn::Sub': '${Queue}/${Queue.Arn}/${!Kept}/${AWS::Partition}' },
      'http://queue/arn:aws:sqs:eu-west-2:0:q/${Kept}/aws',
    ],
    ['Sub with variables', { 'Fn::Sub': ['${A}${Queue}', { A: { Ref: 'Size' } }] }, '3http://queue'],
    [
      'Select of Split',
      { 'Fn::Select': [2, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] },
      'sqs',
    ],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'small'] }, 's-2'],
    ['GetAZs', { 'Fn::GetAZs': '' }, ['eu-west-2a', 'eu-west-2b', 'eu-west-2c']],
    ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['If', { 'Fn::If': ['Always', 'yes', 'no'] }, 'yes'],
    [
      'If that leaves a property out',
      { kept: 1, gone: { 'Fn::If': ['Never', 2, { Ref: 'AWS::NoValue' }] } },
      { kept: 1 },
    ],
    ['If that leaves an item out', [1, { Ref: 'AWS::NoValue' }], [1]],
    [
      'a policy condition',
      { Condition: { Bool: { secure: 'false' } } },
      { Condition: { Bool: { secure: 'false' } } },
    ],
    [
      'a dynamic reference that a Join puts together',
      {
        'Fn::Join': [
          '',
          ['{{resolve:secretsmanager:', { 'Fn::GetAtt': ['Queue', 'Arn'] }, ':SecretString:host::}}'],
        ],
      },
      '<secretsmanager|arn:aws:sqs:eu-west-2:0:q:SecretString:host::>',
    ],
  ])('resolves %s', (_title, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  it('evaluates conditions of conditions', () => {
    expect(['Always', 'Never', 'Both', 'Either'].map(condition)).toEqual([true, false, false, true]);
  });

  it.each<[string, unknown, RegExp]>([
    ['an unknown resource', { Ref: 'Nobody' }, /Nobody is neither a resource/],
    [
      'an unknown attribute',
      { 'Fn::GetAtt': ['Queue', 'Color'] },
      /Queue \(AWS::SQS::Queue\) has no local value for the attribute Color/,
    ],
    ['a parameter without a value', { Ref: 'Bare' }, /Bare has no default/],
    ['an unknown mapping', { 'Fn::FindInMap': ['Sizes', 'x', 'y'] }, /Sizes has no x.y/],
    ['an import', { 'Fn::ImportValue': 'Other' }, /another stack/],
    ['an unknown function', { 'Fn::Magic': [] }, /Fn::Magic is not understood/],
    ['an unknown condition', { 'Fn::If': ['What', 1, 2] }, /no condition "What"/],
    ['an item that does not exist', { 'Fn::Select': [4, ['a']] }, /item 4 of a list of 1/],
    ['an object inside a text', { 'Fn::Join': ['', [{ a: 1 }]] }, /text was expected/],
    ['a Join without a list', { 'Fn::Join': 'x' }, /takes a list of 2/],
  ])('refuses %s by name', (_title, value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });

  it('leaves values without intrinsic functions as they are', () => {
    const key = fc.string().filter((name) => !/^(Ref|Condition|Fn::.*|__proto__)$/.test(name));
    fc.assert(
      fc.property(
        fc.jsonValue().filter((value) => !/"(Ref|Condition|Fn::|__proto__)|\{\{/.test(JSON.stringify(value))),
        key,
        (value, name) => {
          expect(resolve({ [name]: value })).toEqual({ [name]: value });
        },
      ),
    );
  });
});
