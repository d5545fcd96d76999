import { type BillLine, line } from './bill.ts';
import { idIn, ofType, type SynthesizedTemplate } from './template.ts';

/** The container of a Fargate service. */
export interface WorkerSize {
  virtualCpus: number;
  memoryGigabytes: number;
  architecture: 'arm64' | 'x86';
  /** Each running one has an address that is charged. */
  publicAddress: boolean;
  /** Running ones while nothing is done. */
  atRest: number;
}

/** Every Fargate service of a template, with its task definition's size. */
export function workerSizes(template: SynthesizedTemplate): WorkerSize[] {
  return ofType(template, 'AWS::ECS::Service').map(({ id, properties }) => {
    const definition = template.Resources[idIn(properties.TaskDefinition) ?? '']?.Properties;
    if (!definition) throw new Error(`The service ${id} has no task definition in its template`);
    return {
      virtualCpus: Number(definition.Cpu) / 1024,
      memoryGigabytes: Number(definition.Memory) / 1024,
      architecture: definition.RuntimePlatform?.CpuArchitecture === 'ARM64' ? 'arm64' : 'x86',
      publicAddress: properties.NetworkConfiguration?.AwsvpcConfiguration?.AssignPublicIp === 'ENABLED',
      atRest: smallest(template, id) ?? Number(properties.DesiredCount ?? 1),
    };
  });
}

/** What so many hours of one worker cost. */
export function workerLines(size: WorkerSize, hours: number, note?: string): BillLine[] {
  const { virtualCpus, memoryGigabytes, architecture, publicAddress } = size;
  return [
    line(`Fargate vCPU (${architecture})`, hours * virtualCpus, `fargate-vcpu-hour-${architecture}`, note),
    line(
      `Fargate memory (${architecture})`,
      hours * memoryGigabytes,
      `fargate-gb-hour-${architecture}`,
      note,
    ),
    ...(publicAddress ? [line('Public IPv4 of workers', hours, 'public-ipv4-hour', note)] : []),
  ];
}

/** The least that auto scaling keeps; undefined without auto scaling of that service. */
function smallest(template: SynthesizedTemplate, serviceId: string): number | undefined {
  const target = ofType(template, 'AWS::ApplicationAutoScaling::ScalableTarget').find(({ properties }) =>
    JSON.stringify(properties.ResourceId).includes(JSON.stringify(serviceId)),
  );
  return target?.properties.MinCapacity;
}
