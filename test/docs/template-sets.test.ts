import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { pageOf, setPage, sets, type TemplateSet } from '../../scripts/docs-templates';
import { templateCalls } from '../../testbed/template-calls';

const all = templateCalls();
const of = (id: string) => all.find((template) => template.id === id);

describe('the pages that show how templates call each other', () => {
	it.each(Object.keys(sets) as TemplateSet[])('%s is what `npm run docs:templates` writes', (set) => {
		expect(readFileSync(setPage(set), 'utf8')).toBe(pageOf(set));
	});

	it('has a page for every set there is', () => {
		expect([...new Set(all.map(({ set }) => set))].sort()).toEqual(Object.keys(sets).sort());
	});
});

describe('one release train', () => {
	it('has three short starters that differ only in how they begin and in their settings', () => {
		for (const id of ['weekly-release', 'hotfix-release', 'major-release']) {
			expect(of(id)).toMatchObject({ nodes: 3, calls: [{ id: 'release-train' }] });
		}
	});

	it('calls its stages in their order', () => {
		expect(of('release-train')?.calls.map(({ id }) => id)).toEqual([
			'train-gather',
			'train-answer',
			'train-build',
			'train-deploy',
			'train-watch',
			'software-rollback',
		]);
	});

	it.each(all.filter(({ set }) => set === 'train').map(({ id, nodes }) => [id, nodes] as const))(
		'%s fits on a screen: at most 20 nodes (%i)',
		(_id, nodes) => expect(nodes).toBeLessThanOrEqual(20),
	);
});
