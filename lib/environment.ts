import { checkEnvironment } from './check-environment.ts';
import { defaultSettings, type Settings } from './settings.ts';

/** What distinguishes one deployment of the stack from another. */
export interface SlackwaterEnvironment extends Settings {
  /** Becomes the stack's name, `slackwater-<name>`, and so the prefix of every queue and schedule. */
  name: string;
  /** Twelve digits. Left out: whichever account the credentials are of at deployment. */
  account?: string | undefined;
  region: string;
}

/** For trying things out: small, and gone when its stack is deleted. */
export const dev = checkEnvironment({
  ...defaultSettings,
  name: 'dev',
  region: 'eu-west-2',
  database: { ...defaultSettings.database, maximumCapacityUnits: 4, backupDays: 1 },
  files: { ...defaultSettings.files, uploadOrigins: ['http://localhost:*'] },
  network: { ...defaultSettings.network, flowLogs: false },
  alarms: { ...defaultSettings.alarms, perTask: false, dashboard: false },
  encryption: 'aws-owned',
  retainData: false,
  logRetentionDays: 30,
});

/** For real work: keeps what it is given, and is hard to delete. */
export const prod = checkEnvironment({
  ...defaultSettings,
  name: 'prod',
  region: 'eu-west-2',
  workers: { ...defaultSettings.workers, maximum: 200 },
  files: { ...defaultSettings.files, uploadOrigins: ['https://app.example.com'] },
});

/** Every environment that is deployed from here. */
export const environments: readonly SlackwaterEnvironment[] = [dev, prod];

/** The environments of a comma-separated list of names, all of them without one. Throws if one is unknown. */
export function chosenEnvironments(names: string | undefined): readonly SlackwaterEnvironment[] {
  if (names === undefined) return environments;
  return names.split(',').map((name) => {
    const found = environments.find((environment) => environment.name === name.trim());
    if (found) return found;
    const known = environments.map((environment) => environment.name).join(', ');
    throw new Error(`There is no environment ${JSON.stringify(name)}: choose of ${known}`);
  });
}
