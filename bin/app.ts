import { App } from 'aws-cdk-lib';
import settings from '../cdk.json' with { type: 'json' };
import { chosenEnvironments } from '../lib/environment.ts';
import { SlackwaterStack } from '../lib/slackwater-stack.ts';
import { tasks } from '../tasks/index.ts';

const app = new App({ context: settings.context, analyticsReporting: false });

for (const environment of chosenEnvironments(app.node.tryGetContext('environment'))) {
  new SlackwaterStack(app, `slackwater-${environment.name}`, {
    tasks,
    environment,
    description: 'Background work that costs next to nothing while there is none',
  });
}

app.synth();
