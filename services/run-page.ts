/**
 * The web application's page on a run, by the template that the deployment names, such as
 * `https://app.example.com/runs/{runId}`; undefined without one. Mails and notices lead there, since a link to a file
 * itself dies within hours.
 */
export function pageOfRun(template: string | undefined, runId: string): string | undefined {
  return template?.replaceAll('{runId}', encodeURIComponent(runId));
}
