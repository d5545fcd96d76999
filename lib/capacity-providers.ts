import type { FargateServiceProps } from 'aws-cdk-lib/aws-ecs';

/** How a service divides its workers between on-demand and Spot capacity; nothing without Spot. */
export function capacityProviders(
  spotPercent: number,
): Pick<FargateServiceProps, 'capacityProviderStrategies'> {
  if (spotPercent === 0) return {};
  return {
    capacityProviderStrategies: [
      { capacityProvider: 'FARGATE', weight: 100 - spotPercent },
      { capacityProvider: 'FARGATE_SPOT', weight: spotPercent },
    ].filter(({ weight }) => weight > 0),
  };
}
