import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder for what tests found, given by `npm run docs:tried`; without it tests compare, and write nothing. */
const folder = process.env['RELEASE_GATE_TRIED'];

/** Whether this run gathers what is to be recorded instead of comparing it with the record. */
export const gathers = folder !== undefined;

/** Leaves what a test found in the folder of this run; the script takes it from there into the repository. */
export function leave(name: string, text: string): void {
	if (folder !== undefined) writeFileSync(join(folder, name), text);
}
