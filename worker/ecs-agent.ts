/** ECS refuses to change this worker's protection. */
export class ProtectionRefused extends Error {
  override readonly name = 'ProtectionRefused';
  /** ECS's own word, such as `DEPLOYMENT_BLOCKED`, `TASK_NOT_VALID` or `ThrottlingException`. */
  readonly reason: string;

  constructor(reason: string, detail?: string) {
    super(`ECS refuses scale-in protection: ${reason}${detail ? ` (${detail})` : ''}`);
    this.reason = reason;
  }
}

/** What the ECS agent does for its container. */
export interface EcsAgent {
  /** Throws ProtectionRefused. */
  protect(expiresInMinutes: number): Promise<void>;
  /** Throws ProtectionRefused. */
  unprotect(): Promise<void>;
}

const answerWithinMs = 5000;

/** Speaks to the agent at `ECS_AGENT_URI`; outside ECS there is none, nothing stops workers, and every call succeeds. */
export function createEcsAgent(agentUri: string | undefined): EcsAgent {
  const put = async (state: { ProtectionEnabled: boolean; ExpiresInMinutes?: number }) => {
    if (agentUri === undefined) return;
    const response = await fetch(`${agentUri}/task-protection/v1/state`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(state),
      signal: AbortSignal.timeout(answerWithinMs),
    }).catch((error) => {
      throw new ProtectionRefused('NoAnswer', String(error));
    });
    // A refusal comes with status 200 and `failure`, an error of the API with `error`.
    const answer = (await response.json().catch(() => ({}))) as AgentAnswer;
    if (answer.failure)
      throw new ProtectionRefused(answer.failure.Reason ?? 'unknown', answer.failure.Detail);
    if (answer.error) throw new ProtectionRefused(answer.error.Code ?? 'unknown', answer.error.Message);
    if (!response.ok) throw new ProtectionRefused(`Status${response.status}`);
  };
  return {
    protect: (expiresInMinutes) => put({ ProtectionEnabled: true, ExpiresInMinutes: expiresInMinutes }),
    unprotect: () => put({ ProtectionEnabled: false }),
  };
}

interface AgentAnswer {
  failure?: { Reason?: string; Detail?: string };
  error?: { Code?: string; Message?: string };
}
