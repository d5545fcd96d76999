import { runIdOf } from '../../messages/run-id.ts';
import { handlerSource } from '../../tasks/names.ts';
import { familyTask, notifyTask, recordTask } from './fault-tasks.ts';
import { kindOf } from './message-kinds.ts';
import type { Observation } from './observe.ts';
import type { Sent } from './send-plan.ts';

/** What has to become of a run. */
export interface ExpectedRun {
  runId: string;
  /** For people: the kind of its message, or whose child or follow-up it is. */
  title: string;
  becomes: 'done' | 'dead' | 'cancelled';
  effect: 'transactional' | 'outside' | 'none';
  /** The answer to its cancellation. */
  cancelled?: Sent['cancelled'];
}

/** The runs that the accepted messages lead to: their own, children, and follow-ups of those that are done. */
export function expectedRuns({ sent, runs, aliases }: Observation): Map<string, ExpectedRun> {
  const states = new Map(runs.map(({ runId, state }) => [runId, state]));
  const expected = new Map<string, ExpectedRun>();
  const expect = (run: ExpectedRun) => expected.set(run.runId, run);
  for (const { message, runId: ownId, cancelled } of sent) {
    if (ownId === undefined) continue;
    const runId = aliases.get(ownId) ?? ownId;
    const { title, becomes, effect } = kindOf(message.kind);
    expect({ runId, title: `${message.id} (${title})`, becomes, effect, ...(cancelled && { cancelled }) });
    if (message.kind === 'family' && states.get(runId) === 'done') {
      for (const relative of relativesOf(runId, message.input as { children: number })) expect(relative);
    }
  }
  return expected;
}

/** A family's children and its follow-up. */
export function relativesOf(parentRunId: string, { children }: { children: number }): ExpectedRun[] {
  const source = handlerSource(familyTask.name);
  const childIds = Array.from({ length: children }, (_, index) =>
    runIdOf({ type: recordTask.name, source, id: `${parentRunId}/${index + 1}` }),
  );
  return [
    ...childIds.map(
      (runId, index): ExpectedRun => ({
        runId,
        title: `child ${index + 1} of ${parentRunId}`,
        becomes: 'done',
        effect: 'transactional',
      }),
    ),
    {
      runId: runIdOf({ type: notifyTask.name, source: '/slackwater/follow-up', id: parentRunId }),
      title: `follow-up of ${parentRunId}`,
      becomes: 'done',
      effect: 'outside',
    },
  ];
}
