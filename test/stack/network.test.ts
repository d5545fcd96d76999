import { describe, expect, it } from 'vitest';
import { idleBill } from '../../cli/cost/idle-bill.ts';
import { dev as devEnvironment } from '../../lib/environment.ts';
import { dev } from './dev.ts';
import { synthesize } from './template.ts';

const hidden = synthesize({ ...devEnvironment, network: { ...devEnvironment.network, workers: 'private' } });
const addresses = ({ ofType }: typeof dev) =>
  Object.fromEntries(ofType('AWS::EC2::Subnet').map(([id, { Properties }]) => [id, Properties.CidrBlock]));

describe('a network whose workers are private', () => {
  it('gives them no public address, and a gateway a zone to reach out', () => {
    const { AwsvpcConfiguration } = hidden.only('AWS::ECS::Service').NetworkConfiguration;
    expect(AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
    const workers = AwsvpcConfiguration.Subnets.map(({ Ref }: { Ref: string }) => Ref);
    const gateways = hidden.ofType('AWS::EC2::NatGateway');
    expect(gateways).toHaveLength(2);
    for (const [, { Properties }] of gateways) expect(workers).not.toContain(Properties.SubnetId.Ref);
    const defaults = hidden.properties('AWS::EC2::Route').filter(({ NatGatewayId }) => NatGatewayId);
    expect(defaults.map(({ NatGatewayId }) => NatGatewayId.Ref).toSorted()).toEqual(
      gateways.map(([id]) => id).toSorted(),
    );
  });

  it('keeps the subnets that were there, so that a deployment can change its mind', () => {
    expect(addresses(hidden)).toMatchObject(addresses(dev));
  });

  it('is priced with its gateways', () => {
    const { Resources } = hidden.template;
    const { lines, totalUsd } = idleBill({ stackName: hidden.name, Resources });
    expect(lines.find(({ item }) => item === 'NAT gateways')?.quantity).toBe(2 * 730);
    const withoutGateways = idleBill({ stackName: dev.name, Resources: dev.template.Resources }).totalUsd;
    expect(totalUsd - withoutGateways).toBeGreaterThan(75);
    expect(totalUsd - withoutGateways).toBeLessThan(90);
  });
});
