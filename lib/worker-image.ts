import { Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { WorkerSettings } from './settings.ts';
import { withStaged } from './stage.ts';
import { stageWorker } from './stage-worker.ts';

/** The image that workers run: the named one, which needs no Docker here, or one that is built from this project. */
export function workerImage(
  scope: Construct,
  { image, baseImage }: Pick<WorkerSettings, 'image' | 'baseImage'>,
): ContainerImage {
  if (image !== undefined) return existingImage(scope, image);
  return withStaged(stageWorker, (directory) =>
    ContainerImage.fromDockerImageAsset(
      new DockerImageAsset(scope, 'Image', {
        directory,
        platform: Platform.LINUX_ARM64,
        ...(baseImage !== undefined && { buildArgs: { BASE_IMAGE: baseImage } }),
      }),
    ),
  );
}

/** An image of ECR by its address, which workers get the right to pull, or of a public registry. */
function existingImage(scope: Construct, name: string): ContainerImage {
  const ecr =
    /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(?<repository>[^:@]+)(?:(?<sign>[:@])(?<version>.+))?$/.exec(
      name,
    )?.groups;
  if (!ecr) return ContainerImage.fromRegistry(name);
  const { account, region, repository = '', version = 'latest' } = ecr;
  const repositoryArn = Stack.of(scope).formatArn({
    service: 'ecr',
    resource: 'repository',
    resourceName: repository,
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
  });
  return ContainerImage.fromEcrRepository(
    Repository.fromRepositoryAttributes(scope, 'Repository', { repositoryArn, repositoryName: repository }),
    version,
  );
}
