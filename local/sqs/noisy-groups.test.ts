import { expect, test } from 'vitest';
import { NoisyGroups } from './noisy-groups.ts';

function groupsInFlight(counts: Record<string, number>): NoisyGroups {
  const groups = new NoisyGroups();
  for (const [group, count] of Object.entries(counts)) {
    for (let message = 0; message < count; message += 1) groups.received(group);
  }
  return groups;
}

test('a group is noisy with more than a tenth of what is in flight and at least 30 messages', () => {
  const groups = groupsInFlight({ few: 29, many: 30 });
  expect(groups.among(59)).toEqual(['many']);
  expect(groups.among(299)).toEqual(['many']);
  expect(groups.among(300)).toEqual([]);
});

test('of several noisy groups the one with the fewest messages in flight comes first', () => {
  expect(groupsInFlight({ a: 50, b: 40, c: 60 }).among(150)).toEqual(['b', 'a', 'c']);
});

test('a group whose messages came back or were deleted is quiet again', () => {
  const groups = groupsInFlight({ a: 30, b: 31 });
  groups.returned('a');
  groups.returned('b');
  expect(groups.among(59)).toEqual(['b']);
  groups.clear();
  expect(groups.among(59)).toEqual([]);
});
