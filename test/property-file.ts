/** A CSV of so many good rows; rows of different beginnings never name the same property. */
export function propertyFile(rows: number, beginning = 0): string {
  const header =
    'row_reference,uprn,property_type,ownership_type,licensing_type,is_occupied,has_gas_supply,electrical_provide_later,epc_provide_later';
  const lines = Array.from({ length: rows }, (_, index) => {
    const number = beginning + index + 1;
    return `R-${number},${number},FLAT,LEASEHOLD,NO_LICENSING,no,no,yes,yes`;
  });
  return [header, ...lines].join('\n');
}
