import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { Stage } from '../../scenarios/one-change/stage';
import { stories } from '../../scenarios/one-change/stories';
import { startOneChangeWorld } from '../../scenarios/one-change/world';
import { buildIfStale } from '../../testbed/build';
import { isSandboxInstalled } from '../../testbed/n8n/paths';

const wanted = process.env.RG_E2E === '1';
if (!wanted || !isSandboxInstalled())
	console.warn(
		`SKIPPED: changes through the form in a real n8n. ${
			wanted ? 'Install it: node scripts/ensure.mjs --n8n' : 'Set RG_E2E=1 to run it.'
		}`,
	);

const minute = 60_000;
/** Folder for a picture of each page, when asked for. */
const folder = process.env.RG_PICTURES;
const pictures = (name: string): string | null => (folder === undefined ? null : join(folder, `${name}.png`));
const only = process.env.RG_ONLY?.split(',');

(wanted && isSandboxInstalled() ? describe : describe.skip)('changes through the form', () => {
	let stage: Stage;
	const open: (() => Promise<void>)[] = [];

	beforeAll(async () => {
		buildIfStale();
		const world = await startOneChangeWorld();
		open.push(() => world.close());
		const silent = { act: () => undefined, say: () => undefined, promise: () => undefined };
		stage = new Stage(world, silent, pictures);
		open.push(() => stage.close());
	}, 10 * minute);
	afterAll(async () => {
		for (const close of open.reverse()) await close();
	}, 2 * minute);

	it.each(stories.filter(({ id }) => only?.includes(id) ?? true))(
		'$title',
		async ({ id, title, play }) => {
			const { promises } = await stage.play(id, title, play);
			expect(promises.flatMap(({ text, violations }) => violations.map((one) => `${text}: ${one}`))).toEqual(
				[],
			);
			expect(promises.length).toBeGreaterThan(2);
		},
		8 * minute,
	);
});
