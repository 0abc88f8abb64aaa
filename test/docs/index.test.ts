import { describe, expect, it } from '@jest/globals';
import { faultOf, introduction, listedPages } from '../../scripts/docs-index';

const pages = listedPages().flatMap((section) => [...section.pages]);

describe('the lines that stand for pages in lists', () => {
	it.each(pages)('%s says what it is for', (page) => {
		expect([page, introduction(page)[1], faultOf(page, introduction(page)[1])]).toEqual([
			page,
			expect.any(String),
			null,
		]);
	});

	it.each([
		['reference/templates/a.md', 'Every five minutes.'],
		['reference/templates/a.md', 'The release train (doctrine 3.4, 3.5).'],
		['reference/templates/a.md', 'One click, or called by the stabilization monitor.'],
		['reference/nodes/a.md', 'A node that lets each delivery through once.'],
		['records/a.md', 'Written by a program, and nothing is typed by hand.'],
		['guide/a.md', 'Version.'],
		['guide/a.md', ''],
		['guide/a.md', `Says ${'very '.repeat(40)}much.`],
	])('refuses of %s: %s', (page, sentence) => {
		expect(faultOf(page, sentence)).not.toBeNull();
	});

	it('takes a whole sentence that begins with what the thing does', () => {
		expect(faultOf('reference/templates/a.md', 'Watches a release after it shipped.')).toBeNull();
	});
});
