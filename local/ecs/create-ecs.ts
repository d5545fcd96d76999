import { jsonService } from '../json-protocol.ts';
import { localRegion } from '../local-service.ts';
import { agentEndpoints, agentPaths } from './agent-endpoints.ts';
import type { Ecs, EcsEvent } from './ecs.ts';
import { ecsOperations, serviceArn } from './ecs-operations.ts';
import { createFleet } from './fleet.ts';
import { createProtection } from './protection.ts';

/**
 * Kills what an earlier local cloud left running and starts without services. Workers' logs lie in
 * `logs` below the state directory; `onLine` gets every line of their standard output.
 */
export async function createEcs({
  stateDirectory,
  endpoint,
  inherited = {},
  onLine = () => {},
  onEvent = () => {},
}: {
  stateDirectory: string;
  /** The local cloud's URL; asked when a worker starts. */
  endpoint: () => string;
  /** Variables of this process that every worker gets, such as PATH. */
  inherited?: Readonly<Record<string, string>>;
  onLine?: (line: string) => void;
  onEvent?: (event: EcsEvent) => void;
}): Promise<Ecs> {
  const fleet = await createFleet({
    stateDirectory,
    onLine,
    onEvent,
    environmentOf: ({ id }) => ({
      ...inherited,
      AWS_ENDPOINT_URL: endpoint(),
      AWS_REGION: localRegion,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      ECS_AGENT_URI: `${endpoint()}${agentPaths.agent}${id}`,
      ECS_CONTAINER_METADATA_URI_V4: `${endpoint()}${agentPaths.metadata}${id}`,
      // Workers of one machine cannot share one; each logs its own.
      HEALTH_PORT: '0',
    }),
  });
  const protection = createProtection({ fleet, onEvent });
  return {
    ...jsonService(['ecs'], ecsOperations(fleet, protection)),
    paths: agentEndpoints(fleet, protection),
    putService: (definition) => {
      fleet.put(definition);
      return serviceArn(definition.cluster, definition.name);
    },
    refuseProtection: protection.refuse,
    close: ({ withinSeconds = Number.POSITIVE_INFINITY } = {}) => fleet.close({ withinSeconds }),
  };
}
