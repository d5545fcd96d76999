import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createTaskClient } from '../../client/task-client.ts';
import { propertyReport } from '../../tasks/property-report/task.ts';

// Asks for a report: node request-report.ts /slackwater-dev/connection LANDLORD_ID
const [parameter, landlordId] = process.argv.slice(2);
const { Parameter } = await new SSMClient({}).send(new GetParameterCommand({ Name: parameter }));
const client = createTaskClient({ source: '/webapp', ...JSON.parse(Parameter?.Value ?? '{}') });
console.log(await client.send(propertyReport, { landlordId }));
