import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CatalogueEntry } from '../core/errors';

const root = join(__dirname, '..');
const folder = join(root, 'core/errors');

/** Files of the folder that hold no errors of their own. */
const frame = ['error', 'index', 'problems', 'unknown'];

/** Where the page goes. */
export const errorsFile = join(root, 'docs/reference/errors.md');

type Room = Readonly<Record<string, CatalogueEntry>>;

/** The catalogue by room: one room per file of `core/errors`, in the order of the alphabet. */
export async function rooms(): Promise<readonly (readonly [string, Room])[]> {
	const names = readdirSync(folder)
		.map((file) => basename(file, '.ts'))
		.filter((name) => !frame.includes(name))
		.sort();
	return await Promise.all(
		names.map(async (name): Promise<readonly [string, Room]> => {
			const exported = (await import(join(folder, name))) as Readonly<Record<string, unknown>>;
			const found = exported[`${name}Errors`];
			if (typeof found !== 'object' || found === null)
				throw new Error(`core/errors/${name}.ts exports no ${name}Errors.`);
			return [name, found as Room];
		}),
	);
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\{(\w+)\}/g, '*$1*');

/** The page `docs/reference/errors.md`. */
export async function errorsPage(): Promise<string> {
	const sections = (await rooms()).map(([name, room]) => {
		const rows = Object.entries(room).map(
			([code, { message, remedy }]) => `| \`${code}\` | ${cell(message)} | ${cell(remedy)} |`,
		);
		return `## ${name}\n\n| code | what happened | how to get unstuck |\n| --- | --- | --- |\n${rows.join('\n')}`;
	});
	const head =
		'# Errors\n\nLists every error of the package, by the room it comes from, with its remedy. Words in italics are filled in: identifiers and counts, never tokens or data of contacts. On items the code stands in `json.releaseGate.reason`. Generated from `core/errors` by `npm run docs:errors`; a test fails when it is stale.';
	return `${[head, ...sections].join('\n\n')}\n`;
}

if (require.main === module) void errorsPage().then((page) => writeFileSync(errorsFile, page));
