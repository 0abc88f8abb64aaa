import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { providers } from '../../adapters/providers/registry';
import { vendorsPage, type Results } from '../../scenarios/vendors/page';
import { inOneLine, undone } from '../../scenarios/vendors/play';
import { rows } from '../../scenarios/vendors/rows';

const root = join(__dirname, '..', '..');
const text = (file: string): string => readFileSync(join(root, file), 'utf8');
const results = JSON.parse(text('scenarios/vendors/results/run.json')) as Results;

describe('docs/records/vendors.md', () => {
	it('is what `npm run docs:vendors` wrote', () => {
		expect(text('docs/records/vendors.md')).toBe(vendorsPage(results));
	});

	it('tells of every row there is, each failing without its mend and passing with it', () => {
		expect(results.rows.map(({ id, fact }) => [id, fact])).toEqual(rows.map(({ id, fact }) => [id, fact]));
		for (const { without, passing } of results.rows) {
			expect(without.length).toBeGreaterThan(10);
			expect(passing.length).toBeGreaterThan(0);
		}
	});

	it('has one email each through all providers, under both policies', () => {
		expect(results.settled.map(({ provider }) => provider)).toEqual(providers.flatMap(({ id }) => [id, id]));
		for (const { most, emails, contacts } of results.settled) expect([most, emails]).toEqual([1, contacts]);
	});

	it.each(rows.map((row) => [row.id, row.fact, row] as const))(
		'%s, %s: the mend is there',
		(_id, _fact, row) => {
			const before = text(row.undo.file);
			expect(undone(before, row.undo)).not.toBe(before);
		},
	);

	it('says a message in one line, without colours and places', () => {
		expect(inOneLine('\u001b[31mError: a\u001b[39m\n\n  b\n    at x (y.ts:1)')).toBe('Error: a b');
	});
});
