import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Installed, SetupStore } from '../../app/setup/ports';
import { gateError } from '../../core/errors';
import type { SetupWorkflow } from '../../core/setup/types';

const absent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Written beside and renamed: a process that is killed leaves the old file or the new one. */
async function write(file: string, value: unknown): Promise<void> {
	try {
		await mkdir(dirname(file), { recursive: true });
		await writeFile(`${file}.new`, `${JSON.stringify(value, null, '\t')}\n`, { mode: 0o600 });
		await rename(`${file}.new`, file);
	} catch (error) {
		const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
		throw gateError('file-unwritable', { file, reason }, error);
	}
}

async function read(file: string): Promise<unknown> {
	try {
		return JSON.parse(await readFile(file, 'utf8'));
	} catch (error) {
		if (absent(error)) return null;
		throw gateError('setup-record-unreadable', { file }, error);
	}
}

/** The record of an installation in a folder, one for each n8n: `installation.json`, and `shipped/` for upgrades. */
export function setupStore(folder: string, host: string): SetupStore {
	const place = join(folder, host.replace(/[^\w.-]/g, '_'));
	const file = join(place, 'installation.json');
	const shipped = (template: string): string => join(place, 'shipped', `${template}.json`);
	return {
		place,
		load: async () => (await read(file)) as Installed | null,
		save: async (installed) => await write(file, installed),
		keep: async (template, workflow) => await write(shipped(template), workflow),
		kept: async (template) => (await read(shipped(template))) as SetupWorkflow | null,
		forget: async () => await rm(place, { recursive: true, force: true }),
	};
}
