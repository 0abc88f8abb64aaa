import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { runWorkflow } from '../../../testbed/engine/n8n';
import { manifestFor, preset } from '../../support/release';
import { dueItems, OWN, ownUserFolder, single } from '../kit/spine';

const weekly = preset('weekly-software-release');
const run = async (parameters: object, json: object = {}) =>
	await runWorkflow(single({ type: `${OWN}.release`, parameters }), {
		triggerItems: [{ json: json as IDataObject }],
	});
const tags = '={{ $json.tags }}';
const listed = (...names: readonly string[]) => ({
	tags: names.map((name) => ({ name, commit: { sha: `commit of ${name}` } })),
});
const previous = { resource: 'version', operation: 'previous', spine: 'content', tags };
const next = { resource: 'version', operation: 'next', tags, running: 'v1.103.0', bump: 'minor' };

let home: ReturnType<typeof ownUserFolder>;
beforeEach(async () => {
	home = ownUserFolder();
	await dueItems([]);
});
afterEach(async () => await home.remove());

describe('versions on the canvas', () => {
	it('finds the next version and the tag of what runs', async () => {
		const found = await run(next, listed('v1.99.0', 'v1.103.0', 'v1.100.0'));
		expect(found.json('Node')).toEqual([
			{
				version: 'v1.104.0',
				highest: 'v1.103.0',
				previousVersion: 'v1.103.0',
				previousCommit: 'commit of v1.103.0',
			},
		]);
	});

	it('finds what to go back to, from what runs or from a release, and takes a tag that somebody names', async () => {
		const names = listed('v12.2.0', 'v12.1.0', 'v1.0.0');
		const from = async (more: object) =>
			(await run({ ...previous, ...more }, names)).json('Node')[0]?.previous;
		expect(await from({ running: '12.2.0' })).toBe('v12.1.0');
		expect(await from({ running: '', to: 'v1.0.0' })).toBe('v1.0.0');
		const manifest = { ...manifestFor(weekly, { subject: 'content' }), version: '12.1.0' };
		await run({ resource: 'release', operation: 'open' }, { manifest });
		expect(await from({ running: 'v12.2.0', release: 'r-1' })).toBe('v1.0.0');
	});

	it.each([
		['nothing answers', { running: '' }, /Nobody knows which version/],
		['no such release', { release: 'typo' }, /There is no release 'typo'/],
		['no such tag', { running: 'v9.9.9' }, /'v9.9.9' is no tag/],
		[
			'a page that failed',
			{ running: 'v1.0.0', tags: '={{ [{ message: "Server Error" }] }}' },
			/entry 0 is no tag/,
		],
	])('asks instead of guessing: %s', async (_what, more, message) => {
		const found = await run({ ...previous, ...more }, listed('v1.1.0', 'v1.0.0'));
		expect(found.error?.message).toMatch(message);
		expect(found.error?.description).toMatch(/\w/);
	});
});
