import { expect, it } from 'vitest';
import { csvGuide } from './csv-guide.ts';

it("the users' page on the CSV says what the columns say", async () => {
  await expect(csvGuide()).toMatchFileSnapshot('../../docs/property-csv.md');
});
