import { expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/internals/threats.md'), 'utf8');

interface Row {
	readonly row: string;
	readonly what: string;
	readonly test: string;
}

const rows: readonly Row[] = [...page.matchAll(/^\| ([SUFB]\d+) +\| (.+?) +\| (.+?) +\| .*\|$/gm)].map(
	([, row = '', what = '', test = '']) => ({ row, what, test }),
);
const held = rows.filter(({ test }) => test !== 'open');

const reviewed = [
	...Array.from({ length: 18 }, (_, at) => `S${at + 1}`),
	...['U1', 'U7', 'U12', 'U13', 'U14', 'U16', 'U17'],
	...Array.from({ length: 15 }, (_, at) => `F${at + 1}`),
	...Array.from({ length: 21 }, (_, at) => `B${at + 1}`),
];

it('has every row of the reviews', () => {
	expect([...new Set(rows.map(({ row }) => row))]).toEqual(reviewed);
});

it.each(held)('$row, $what, is held by a test that is there', ({ test }) => {
	const [, name = '', file = '', title = ''] = /^\[([^\]]+)\]\(\.\.\/\.\.\/([^)]+)\): (.+)$/.exec(test) ?? [];
	expect(file).toBe(name);
	expect(existsSync(join(root, file))).toBe(true);
	const said = readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'");
	expect(said).toContain(title);
	expect(said).not.toMatch(/\b(it|test|describe)\.(skip|todo|failing)\(/);
});
