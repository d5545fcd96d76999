import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellStyle, dateStyle, plainStyle, timeStyle } from './cell-style.ts';
import { numberText } from './number-text.ts';

const from1900 = { from1904: false };
const dayMilliseconds = 24 * 60 * 60 * 1000;

describe('a number in a cell', () => {
  it('of up to 15 digits says these, however it was computed and written', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999_999 }),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: -1, max: 1 }),
        (digits, decimals, noise) => {
          const value = digits / 10 ** decimals;
          const shown = value
            .toFixed(decimals)
            .replace(/(\.\d*?)0+$/, '$1')
            .replace(/\.$/, '');
          // As far off as a few additions of binary fractions are.
          const stored = value * (1 + noise * Number.EPSILON);
          for (const raw of [String(stored), stored.toExponential()]) {
            expect(numberText(raw, plainStyle, from1900)).toBe(shown);
          }
        },
      ),
    );
  });

  it('of more digits is shown with an exponent, since it is wrong', () => {
    expect(numberText('12345678901234567890', plainStyle, from1900)).toBe('1.23456789012346E+19');
    expect(numberText('999999999999999', plainStyle, from1900)).toBe('999999999999999');
  });

  it.each(['', 'x', '1e', '1e999', '0x10', 'Infinity', '1 2'])('that is none (%j) stays as it is', (raw) => {
    expect(numberText(raw, dateStyle, from1900)).toBe(raw);
  });
});

describe('a date in a cell', () => {
  const day = fc
    .date({
      min: new Date('1904-01-01T00:00:00Z'),
      max: new Date('9999-12-31T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString().slice(0, 10));

  it('is that day, counted from 1900 or from 1904, at any time of it', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 86_399 }), fc.boolean(), (date, second, from1904) => {
        const start = Date.parse(from1904 ? '1904-01-01' : '1899-12-30');
        const days = Math.round((Date.parse(date) - start) / dayMilliseconds) + second / 86_400;
        expect(numberText(String(days), dateStyle, { from1904 })).toBe(date);
      }),
    );
  });
});

it.each([
  [0, undefined, plainStyle],
  [2, undefined, plainStyle],
  [14, undefined, dateStyle],
  [17, undefined, dateStyle],
  [20, undefined, timeStyle],
  [22, undefined, dateStyle],
  [46, undefined, timeStyle],
  [49, undefined, plainStyle],
  [164, 'General', plainStyle],
  [164, '@', plainStyle],
  [164, '00000', 5],
  [164, '0', plainStyle],
  [164, '#,##0.00', plainStyle],
  [164, '0.00E+00', plainStyle],
  [164, '"day" 0', plainStyle],
  [164, '0\\d', plainStyle],
  [164, '[Red]0;[Blue]-0', plainStyle],
  [164, '[$£-809]#,##0.00', plainStyle],
  [164, '#,##0_d;0_m', plainStyle],
  [164, 'dd/mm/yyyy', dateStyle],
  [164, '[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy', dateStyle],
  [164, 'mmm', dateStyle],
  [164, 'yyyy"y"', dateStyle],
  [164, 'h:mm', timeStyle],
  [164, '[mm]:ss', timeStyle],
  [164, 'd/m/yy h:mm', dateStyle],
])('the format %i, %j, means %i', (number, code, style) => {
  expect(cellStyle(number, code)).toBe(style);
});
