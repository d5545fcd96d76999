import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

describe('readConfig', () => {
  it.each(['DEPLOYMENT', 'PAUSED_TASKS_PARAMETER', 'CLUSTER', 'SERVICE', 'DEMAND_TASKS', 'MAXIMUM_WORKERS'])(
    'names %s when it is missing',
    (name) => {
      expect(() => readConfig({})).toThrow(name);
    },
  );

  it('says what is wrong with what is set', () => {
    expect(() => readConfig({ DEMAND_TASKS: 'no JSON' })).toThrow(/not valid JSON/);
    expect(() => readConfig({ DEMAND_TASKS: '[{ "name": "a" }]' })).toThrow(/queueUrl/);
  });
});
