import { expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { indexFile, indexPage } from '../../scripts/docs-index';

const root = join(__dirname, '../..');

/** Pages of this repository: tracked ones and new ones, not what is ignored. */
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.md'], {
	cwd: root,
	encoding: 'utf8',
})
	.split('\n')
	.filter((page) => page !== '' && existsSync(join(root, page)));

const read = (page: string): string =>
	readFileSync(join(root, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '');

/** Targets of links and pictures that lead into this repository. */
const targets = (page: string): readonly string[] =>
	[...read(page).matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)]
		.map(([, target]) => target ?? '')
		.filter((target) => !/^[a-z]+:/i.test(target));

/** The anchor GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
	heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, '')
		.trim()
		.replace(/\s/g, '-');

const anchors = (page: string): readonly string[] =>
	[...read(page).matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''));

it.each(pages)('%s holds no mark of a merge that nobody finished', (page) => {
	expect(readFileSync(join(root, page), 'utf8')).not.toMatch(/^(<{7} |={7}$|>{7} )/m);
});

it('finds the pages', () => {
	expect(pages).toEqual(
		expect.arrayContaining(['README.md', 'docs/README.md', 'docs/internals/promises.md']),
	);
});

it.each(pages)('every link of %s leads somewhere', (page) => {
	const broken = targets(page).filter((target) => {
		const [path = '', anchor] = target.split('#');
		const file = path === '' ? page : join(dirname(page), decodeURIComponent(path));
		if (!existsSync(join(root, file))) return true;
		return anchor !== undefined && file.endsWith('.md') && !anchors(file).includes(anchor);
	});
	expect(broken).toEqual([]);
});

it('the index of the documentation is up to date: run `npm run docs:index` after a change', () => {
	expect(readFileSync(indexFile, 'utf8')).toBe(indexPage());
});

it('the index of the documentation leads to every page of it', () => {
	const reached = new Set(targets('docs/README.md').map((target) => join('docs', target)));
	const missing = pages.filter(
		(page) => page.startsWith('docs/') && page !== 'docs/README.md' && !reached.has(page),
	);
	expect(missing).toEqual([]);
});
