import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlarmState } from './cloudwatch.ts';
import { type AlarmRule, evaluateAlarm, extraPeriods } from './evaluate-alarm.ts';

const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

/** AWS writes `X` for a breaching, `0` for a good and `-` for a missing datapoint. */
function datapoints(picture: string): (number | undefined)[] {
  return [...picture].map((sign) => ({ X: 9, 0: 0 })[sign]);
}

function stateOf(picture: string, rule: Partial<AlarmRule>, current: AlarmState = 'OK'): AlarmState {
  return evaluateAlarm(
    { ComparisonOperator: 'GreaterThanThreshold', Threshold: 5, EvaluationPeriods: 3, ...rule },
    datapoints(picture),
    current,
  ).state;
}

describe("AWS's tables of how missing data is treated", () => {
  const kept = 'kept';
  test.each([
    ['0-X-X', 3, ['OK', 'OK', 'OK', 'OK']],
    ['----0', 3, ['OK', 'OK', 'OK', 'OK']],
    ['-----', 3, ['INSUFFICIENT_DATA', kept, 'ALARM', 'OK']],
    ['0XX-X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['--X--', 3, ['ALARM', kept, 'ALARM', 'OK']],
    ['0-X-X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['00X0X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0-X--', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['----0', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['---X-', 2, ['ALARM', kept, 'ALARM', 'OK']],
  ])('%s with %i of 3', (picture, DatapointsToAlarm, expected) => {
    for (const current of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const) {
      const states = treatments.map((TreatMissingData) =>
        stateOf(picture, { DatapointsToAlarm, TreatMissingData }, current),
      );
      expect(states).toEqual(expected.map((state) => (state === kept ? current : state)));
    }
  });
});

test('a breach too young to be sure of keeps the state as it is', () => {
  expect(stateOf('----X', { TreatMissingData: 'missing' }, 'INSUFFICIENT_DATA')).toBe('INSUFFICIENT_DATA');
  expect(stateOf('----X', { DatapointsToAlarm: 1 }, 'INSUFFICIENT_DATA')).toBe('ALARM');
});

test.each([
  ['GreaterThanThreshold', 'OK', 'ALARM'],
  ['GreaterThanOrEqualToThreshold', 'ALARM', 'ALARM'],
  ['LessThanThreshold', 'OK', 'OK'],
  ['LessThanOrEqualToThreshold', 'ALARM', 'OK'],
] as const)('%s at the threshold and above it', (ComparisonOperator, at, above) => {
  const rule = { ComparisonOperator, Threshold: 5, EvaluationPeriods: 1 };
  expect(evaluateAlarm(rule, [5], 'OK').state).toBe(at);
  expect(evaluateAlarm(rule, [6], 'OK').state).toBe(above);
});

const anyCase = fc.integer({ min: 1, max: 6 }).chain((EvaluationPeriods) =>
  fc.record({
    rule: fc.record({
      ComparisonOperator: fc.constant('GreaterThanThreshold' as const),
      Threshold: fc.constant(5),
      EvaluationPeriods: fc.constant(EvaluationPeriods),
      DatapointsToAlarm: fc.integer({ min: 1, max: EvaluationPeriods }),
      TreatMissingData: fc.constantFrom(...treatments),
    }),
    range: fc.array(fc.constantFrom(0, 9, undefined), {
      minLength: EvaluationPeriods + extraPeriods,
      maxLength: EvaluationPeriods + extraPeriods,
    }),
    current: fc.constantFrom('OK' as const, 'ALARM' as const, 'INSUFFICIENT_DATA' as const),
  }),
);

test('worse data never calms an alarm down', () => {
  fc.assert(
    fc.property(anyCase, fc.nat(), ({ rule, range, current }, position) => {
      const before = evaluateAlarm(rule, range, current).state;
      const worse = range.map((value, index) =>
        value === 0 && index === position % range.length ? 9 : value,
      );
      fc.pre(before === 'ALARM');
      expect(evaluateAlarm(rule, worse, current).state).toBe('ALARM');
    }),
  );
});

test('without missing data the current state and the treatment do not matter', () => {
  fc.assert(
    fc.property(anyCase, ({ rule, range }) => {
      const whole = range.map((value) => value ?? 0);
      const recent = whole.slice(-rule.EvaluationPeriods).filter((value) => value > 5).length;
      const expected = recent >= rule.DatapointsToAlarm ? 'ALARM' : 'OK';
      for (const TreatMissingData of treatments) {
        for (const current of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const) {
          expect(evaluateAlarm({ ...rule, TreatMissingData }, whole, current).state).toBe(expected);
        }
      }
    }),
  );
});

test('only missing treated as missing ends in insufficient data', () => {
  fc.assert(
    fc.property(anyCase, ({ rule, range, current }) => {
      fc.pre(current !== 'INSUFFICIENT_DATA');
      const { state } = evaluateAlarm(rule, range, current);
      if (state === 'INSUFFICIENT_DATA') {
        expect(rule.TreatMissingData).toBe('missing');
        expect(range.every((value) => value === undefined)).toBe(true);
      }
    }),
  );
});
