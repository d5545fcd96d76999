import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The machine of an ELF file by its `e_machine`, in npm's words for those that workers might run on. */
const machines: Readonly<Record<number, string>> = { 62: 'x64', 183: 'arm64' };
const headerLength = 20;
const machineOffset = 18;

/** Every program and native module under a folder, by its path there, and the machine it is for. */
export function elfMachines(directory: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const machine = elfMachine(file);
    if (machine !== undefined) found.set(relative(directory, file), machine);
  }
  return found;
}

/** Undefined if the file is not ELF. */
function elfMachine(file: string): string | undefined {
  const header = Buffer.alloc(headerLength);
  const descriptor = openSync(file, 'r');
  try {
    if (readSync(descriptor, header) < headerLength) return undefined;
  } finally {
    closeSync(descriptor);
  }
  if (header.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  const isLittleEndian = header[5] === 1;
  const code = isLittleEndian ? header.readUInt16LE(machineOffset) : header.readUInt16BE(machineOffset);
  return machines[code] ?? `machine ${code}`;
}
