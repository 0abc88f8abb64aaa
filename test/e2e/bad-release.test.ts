import { beforeAll, describe, expect, it } from '@jest/globals';
import { violationsOf, type BadReleaseRun } from '../../scenarios/bad-releases/report';
import { badReleases, goodRelease } from '../../scenarios/bad-releases/releases';
import { playAll } from '../../scenarios/bad-releases/story';
import { buildIfStale } from '../../testbed/build';
import { isSandboxInstalled } from '../../testbed/n8n/paths';

const wanted = process.env.RG_E2E === '1';
if (!wanted || !isSandboxInstalled())
	console.warn(
		`SKIPPED: bad releases sent back in a real n8n. ${
			wanted ? 'Install it: node scripts/ensure.mjs --n8n' : 'Set RG_E2E=1 to run it.'
		}`,
	);

const minute = 60_000;
/** Length of a slot in seconds. */
const every = Number(process.env.RG_SLOT_SECONDS ?? 120);

(wanted && isSandboxInstalled() ? describe : describe.skip)('bad releases in a real n8n', () => {
	let run: BadReleaseRun;

	beforeAll(async () => {
		buildIfStale();
		const silent = { act: () => undefined, say: () => undefined, promise: () => undefined };
		run = await playAll({ every, window: every / 2, contacts: 120 }, silent);
	}, 60 * minute);

	it('keeps every promise, from the rehearsal to the last rollback', () => {
		expect(violationsOf(run)).toEqual([]);
		for (const { promises } of run.releases) expect(promises.length).toBeGreaterThan(4);
		expect(run.rehearsal.length).toBeGreaterThan(0);
	});

	it('makes the good release stable and sends each bad one back, without anyone clicking', () => {
		expect(run.releases.map(({ id, stage }) => [id, stage])).toEqual([
			[goodRelease.id, 'stable'],
			...badReleases.map(({ id }) => [id, 'rolled-back']),
		]);
	});

	it('sends back within a look and half a minute of what was found', () => {
		for (const { rolledBackAt, decidedAt } of run.releases.filter(({ stage }) => stage === 'rolled-back'))
			expect((rolledBackAt ?? Infinity) - (decidedAt ?? 0)).toBeLessThan(30_000);
	});
});
