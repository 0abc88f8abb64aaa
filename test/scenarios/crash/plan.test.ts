import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { templatePath } from '../../../testbed/template-files';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { killOf } from '../../../scenarios/crash/plan';
import { killPoints } from '../../../scenarios/crash/points';
import { crashPage, keptRuns, renderPage } from '../../../scenarios/crash/report';

interface Template {
	readonly nodes: readonly { readonly name: string; readonly type: string }[];
}

const templateOf = (name: string): Template =>
	JSON.parse(readFileSync(templatePath(name), 'utf8')) as Template;

describe('the plan of the crash harness', () => {
	it('gives the same kill for the same seed and number, whatever else is played', () => {
		fc.assert(
			fc.property(
				fc.nat(1e9),
				fc.nat(500),
				fc.constantFrom('regular' as const, 'queue' as const),
				(seed, number, mode) => {
					expect(killOf(mode, seed, number)).toEqual(killOf(mode, seed, number));
				},
			),
		);
	});

	it('comes to every kill point once before it comes to one twice', () => {
		const ids = killPoints.map((_point, number) => killOf('regular', 3, number).where);
		expect(new Set(ids).size).toBe(killPoints.length);
	});

	it('names nodes the templates have', () => {
		for (const { point } of killPoints) {
			if (point.at === 'call') continue;
			expect(templateOf(point.workflow).nodes.map(({ name }) => name)).toContain(point.node);
		}
	});

	it('covers every node on the live branch of the spine, before it and within it', () => {
		// The template ships with single sends; kills around a batch are in `test/e2e/batches.test.ts`.
		const rehearsal = /Batch|Rehears|What Would|Config|Set-Up|Configure|Every|Stopped|Called/;
		const covered = new Set(killPoints.flatMap(({ point }) => (point.at === 'call' ? [] : [point.node])));
		const live = templateOf('content-delivery-spine')
			.nodes.filter(({ type }) => !type.endsWith('stickyNote'))
			.map(({ name }) => name)
			.filter((name) => !rehearsal.test(name));
		expect(live.filter((name) => !covered.has(name))).toEqual([]);
	});
});

describe('the page of kills', () => {
	it('says what the kept runs say', () => {
		expect(readFileSync(join(__dirname, '../../..', crashPage), 'utf8')).toBe(renderPage(keptRuns()));
	});

	it('shows no violation', () => {
		for (const run of keptRuns()) {
			expect(run.kills.flatMap(({ violations }) => violations)).toEqual([]);
			expect(run.final ?? []).toEqual([]);
		}
	});
});
