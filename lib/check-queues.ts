import { CfnQueue, type Queue } from 'aws-cdk-lib/aws-sqs';
import { longestRetrySeconds, type Task } from '../tasks/define-task.ts';
import { limits } from '../tasks/limits.ts';

/** What cannot work with a task's queues as they stand in the template, whoever changed them. */
export function queueProblems({
  task,
  queue,
  deadLetters,
}: {
  task: Task;
  queue: Queue;
  deadLetters: Queue;
}): string[] {
  const { visibilityTimeout = 30, messageRetentionPeriod = 345_600, redrivePolicy } = settingsOf(queue);
  const { messageRetentionPeriod: deadLetterRetention = 345_600 } = settingsOf(deadLetters);
  const problems: string[] = [];
  const renewals = 3 * limits.renewEverySeconds;
  if (visibilityTimeout < renewals) {
    problems.push(
      `hides a message for ${visibilityTimeout} s, shorter than three renewals of ${limits.renewEverySeconds} s: ` +
        `make it ${renewals} s or more`,
    );
  }
  const longest = longestRetrySeconds(task);
  if (messageRetentionPeriod < longest) {
    problems.push(
      `keeps a message for ${messageRetentionPeriod} s, but all attempts can take ${Math.round(longest)} s: ` +
        'keep it longer, or allow fewer attempts or shorter delays',
    );
  }
  if (deadLetterRetention <= messageRetentionPeriod) {
    problems.push(
      `keeps a message for ${messageRetentionPeriod} s and its dead-letter queue for ${deadLetterRetention} s; ` +
        'a dead letter keeps its first sent time, so keep it longer there',
    );
  }
  if (redrivePolicy === undefined) problems.push('has no dead-letter queue: give it the one of its task');
  return problems.map((problem) => `The queue of ${task.name} ${problem}`);
}

function settingsOf(queue: Queue): CfnQueue {
  const { defaultChild } = queue.node;
  if (defaultChild instanceof CfnQueue) return defaultChild;
  throw new Error(`${queue.node.path} is no queue of this template`);
}
