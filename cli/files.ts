import { readFile, writeFile } from 'node:fs/promises';
import { gateError, type ReleaseGateError } from '../core/errors';

const reasonOf = (cause: unknown): string => (cause as NodeJS.ErrnoException).code ?? 'unknown';

/** The text of a file, as it stands. Throws `file-unreadable`. */
export async function readText(file: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch (cause) {
		throw gateError('file-unreadable', { file, reason: reasonOf(cause) }, cause);
	}
}

/** The text of a JSON file. Windows editors may begin it with a byte-order mark, which JSON.parse refuses. */
export async function readJsonText(file: string): Promise<string> {
	return (await readText(file)).replace(/^\uFEFF/, '');
}

/** What a JSON file holds. Throws `file-unreadable`, `text-not-json`. */
export async function readJson(file: string): Promise<unknown> {
	const text = await readJsonText(file);
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw gateError('text-not-json', { source: file }, cause);
	}
}

/** Writes a file anew. Throws `file-unwritable`. */
export async function writeText(file: string, text: string): Promise<void> {
	try {
		await writeFile(file, text);
	} catch (cause) {
		throw gateError('file-unwritable', { file, reason: reasonOf(cause) }, cause);
	}
}

/** An error of the catalogue in one line: what happened, and how to get unstuck. */
export const told = ({ message, remedy }: ReleaseGateError): string =>
	`${message}${/[.!?]$/.test(message) ? '' : '.'} ${remedy}\n`;
