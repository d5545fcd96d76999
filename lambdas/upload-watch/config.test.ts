import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

it('names what is missing from the environment', () => {
  expect(() => readConfig({})).toThrow(/DEPLOYMENT[\s\S]*QUARANTINE_BUCKET/);
});

it('tells the deployment and its quarantine', () => {
  expect(readConfig({ DEPLOYMENT: 'here', QUARANTINE_BUCKET: 'quarantine' })).toEqual({
    deployment: 'here',
    bucket: 'quarantine',
  });
});
