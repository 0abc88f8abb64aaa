import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { templateFiles } from '../../testbed/template-files';
import { readmePage } from '../../scripts/docs-readme';

const root = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const readme = read('README.md');
const scripts = Object.keys(
	(JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts,
);

/** Display names: the words of the folder's name. */
const nodes = readdirSync(join(root, 'nodes'), { withFileTypes: true })
	.filter((entry) => entry.isDirectory() && entry.name !== 'kit')
	.map(({ name }) => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' '));

it.each(nodes)('the README tells of the node %s', (name) => {
	expect(readme).toMatch(new RegExp(`^\\| \\[?${name}[\\]| ]`, 'm'));
});

it('the README has every template: run `npm run docs:readme` after a change', () => {
	const templates = templateFiles().map(({ id }) => `${id}.json`);
	expect(templates.filter((file) => !readme.includes(file))).toEqual([]);
	expect(readme).toBe(readmePage());
});

it('no page names a script that is not there', () => {
	const pages = [
		'README.md',
		'CONTRIBUTING.md',
		...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`),
	];
	const unknown = pages
		.filter((page) => page.endsWith('.md'))
		.flatMap((page) => [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => [page, name ?? '']))
		.filter(([, name]) => !scripts.includes(name ?? ''));
	expect(unknown).toEqual([]);
});
