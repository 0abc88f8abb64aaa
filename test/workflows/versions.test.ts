import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { oldestNodes, page, pageOf, rowsPlayed } from '../../scenarios/matrix/page';
import { missingOf } from '../../scenarios/matrix/templates';
import { readTemplate, templateFiles } from './template';

const root = join(__dirname, '..', '..');
const rows = rowsPlayed();
const oldest = oldestNodes();

/** What the oldest n8n lacks, by template. */
const lacking = new Map<string, readonly string[]>();
for (const [node, templates] of Object.entries(missingOf(oldest.versions)))
	for (const id of templates) lacking.set(id, [...(lacking.get(id) ?? []), node]);

/** The version from which a page or a note says that the template can be published. */
const saidIn = (text: string): string | undefined => /n8n (\d+\.\d+) or later/.exec(text)?.[1];

const order = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

describe.each(templateFiles())('%s', (file) => {
	const id = file.replace(/\.json$/, '');
	const documented = readFileSync(join(root, 'docs', 'reference', 'templates', `${id}.md`), 'utf8');
	const notes = readTemplate(file)
		.nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote')
		.map(({ parameters }) => String(parameters.content))
		.join('\n');

	it('uses node versions of the oldest n8n that was run, or says from which one on it can be published', () => {
		const needs = lacking.get(id) ?? [];
		const said = [saidIn(documented), saidIn(notes)];
		expect([needs, said]).toEqual([needs, needs.length === 0 ? [undefined, undefined] : [said[0], said[0]]]);
		if (needs.length > 0) expect(said[0]).toMatch(/^\d+\.\d+$/);
	});

	it('says a version that the rows of the matrix bear out', () => {
		const from = saidIn(documented) ?? '0';
		for (const { n8n, lacking: missing } of rows) {
			// By the node, since a template may be younger than the row.
			const lacks = Object.keys(missing).some((node) => lacking.get(id)?.includes(node) === true);
			expect([n8n, lacks]).toEqual([n8n, order(n8n, from) < 0]);
		}
	});
});

describe('the versions of n8n it runs on', () => {
	it('are told by a page that `npm run matrix` wrote', () => {
		expect(readFileSync(page, 'utf8').replace(/\s+/g, ' ')).toBe(pageOf(rows).replace(/\s+/g, ' '));
		expect(rows.at(-1)?.n8n).toBe(oldest.n8n);
	});

	it('leave as many templates for later ones as the README says', () => {
		const readme = readFileSync(join(root, 'README.md'), 'utf8').replace(/\s+/g, ' ');
		const from = new Set(
			[...lacking.keys()].map((id) =>
				saidIn(readFileSync(join(root, 'docs', 'reference', 'templates', `${id}.md`), 'utf8')),
			),
		);
		expect(readme).toContain(` ${lacking.size} templates with forms need n8n ${[...from].join()}.`);
	});

	it('begin where package.json and the README say', () => {
		const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
			engines: Record<string, string>;
		};
		const good = rows.filter(
			({ sqlite, postgres }) => sqlite.status === 'passed' && postgres.status === 'passed',
		);
		const [first, last] = [good.at(-1)?.n8n ?? '', good[0]?.n8n ?? ''];
		const minor = (version: string): string => version.split('.').slice(0, 2).join('.');
		expect(engines.n8n).toBe(`>=${minor(first)}`);
		expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(
			`Self-hosted n8n from ${minor(first)} to ${minor(last)}`,
		);
	});
});
