import { expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');

/** Rows of the table "I want to change … -> here", each with the places it names. */
const table = page.split('| I want to change |')[1]?.split('\n\n')[0] ?? '';
const rows = [...table.matchAll(/^\| ([^-].+?) \| (.+?) \| (.+?) \|$/gm)].map(
	([, what, here, tests]): [what: string, here: string[], tests: string[]] => {
		const places = (text = ''): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, place]) => place ?? '');
		return [what ?? '', places(here), places(tests)];
	},
);

it('tells a newcomer where at least twenty kinds of change go', () => {
	expect(rows.length).toBeGreaterThanOrEqual(20);
	expect(new Set(rows.map(([what]) => what)).size).toBe(rows.length);
});

it.each(rows)('%s: the places and their tests exist', (_what, here, tests) => {
	expect(here.length).toBeGreaterThan(0);
	expect(tests.length).toBeGreaterThan(0);
	expect([...here, ...tests].filter((place) => !existsSync(join(root, place)))).toEqual([]);
});
