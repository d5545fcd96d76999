import { type ClamdAddress, writeClamdAddress } from './clamd-address.ts';
import { createClamdScanner } from './clamd-scanner.ts';
import { createEicarScanner, type MalwareScanner } from './malware-scanner.ts';

/** A scanner that can tell what it is. */
export interface ChosenScanner extends MalwareScanner {
  /** One sentence for whoever starts the local cloud. */
  describe(): Promise<string>;
}

/** The clamd at that address, or the built-in scanner. */
export function chooseScanner(clamd: ClamdAddress | undefined): ChosenScanner {
  if (clamd === undefined) {
    return {
      ...createEicarScanner(),
      describe: async () =>
        'Malware scanner: the built-in one, which knows the EICAR test file alone (CLAMD_HOST names a real clamd)',
    };
  }
  const scanner = createClamdScanner(clamd);
  const name = `clamd at ${writeClamdAddress(clamd)}`;
  return {
    ...scanner,
    describe: () =>
      scanner.version().then(
        (version) => `Malware scanner: ${name} (${version})`,
        (error: Error) =>
          `Malware scanner: ${name}, which does not answer (${error.message}): until it does, every scan fails`,
      ),
  };
}
