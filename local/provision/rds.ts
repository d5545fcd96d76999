import { z } from 'zod';
import { localAccount, localRegion } from '../local-service.ts';
import { type Body, madeUpName, readProperties } from './body.ts';

/** `AWS::RDS::DBCluster`: a real Postgres, or the one of DATABASE_URL. */
export const databaseCluster: Body = (context) => {
  const said = readProperties(
    context,
    z.object({
      DBClusterIdentifier: z.string().optional(),
      Engine: z.string().regex(/postgres/, 'only Postgres has a local body'),
    }),
  );
  const name = said.DBClusterIdentifier ?? madeUpName(context, 63).toLowerCase();
  const address = context.services.database;
  context.known.databases.set(name, address);
  return {
    Ref: name,
    DBClusterArn: `arn:aws:rds:${localRegion}:${localAccount}:cluster:${name}`,
    DBClusterResourceId: name,
    'Endpoint.Address': address.host,
    'Endpoint.Port': String(address.port),
    'ReadEndpoint.Address': address.host,
  };
};

/** `AWS::RDS::DBInstance` of a cluster: the same Postgres. */
export const databaseInstance: Body = (context) => {
  const { DBClusterIdentifier } = readProperties(
    context,
    z.object({ DBClusterIdentifier: z.string('only an instance of a cluster has a local body') }),
  );
  const address = context.known.databases.get(DBClusterIdentifier);
  return {
    Ref: madeUpName(context, 63).toLowerCase(),
    'Endpoint.Address': address?.host,
    'Endpoint.Port': String(address?.port),
  };
};
