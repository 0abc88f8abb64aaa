import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { openSqliteLedger } from '../../adapters/sqlite';
import { approveChange, releaseChange, signIn, type Walk } from '../../scenarios/one-change/walk';
import { spineWorkflow, startOneChangeWorld, type OneChangeWorld } from '../../scenarios/one-change/world';
import { buildIfStale } from '../../testbed/build';
import { isSandboxInstalled, packageRoot } from '../../testbed/n8n/paths';
import { engineer, lead } from '../../testbed/n8n/people';
import { record } from '../../testbed/n8n/session';

const wanted = process.env.RG_E2E === '1';
if (!wanted || !isSandboxInstalled())
	console.warn(
		`SKIPPED: one change through the form in a real n8n. ${
			wanted ? 'Install it: node scripts/ensure.mjs --n8n' : 'Set RG_E2E=1 to run it.'
		}`,
	);

const minute = 60_000;
/** Pictures for the docs, when asked for. */
const pictures = process.env.RG_PICTURES === '1' ? join(packageRoot, 'docs', 'images', 'release') : null;

(wanted && isSandboxInstalled() ? describe : describe.skip)('one change through the form', () => {
	let world: OneChangeWorld;
	const open: (() => Promise<void>)[] = [];

	beforeAll(async () => {
		buildIfStale();
		world = await startOneChangeWorld();
		open.push(() => world.close());
	}, 10 * minute);
	afterAll(async () => {
		for (const close of open.reverse()) await close();
	}, 2 * minute);

	const state = async () =>
		record((await world.n8n.session.call('GET', `/rest/workflows/${spineWorkflow}`)).data);
	async function stages(): Promise<Readonly<Record<string, string>>> {
		const ledger = await openSqliteLedger({ file: world.ledgerFile, clock: () => Date.now() });
		try {
			const found = await ledger.records.list({ kind: 'release', limit: 20 });
			return Object.fromEntries(
				found.map(({ id, body }) => [id, typeof body.stage === 'string' ? body.stage : '']),
			);
		} finally {
			await ledger.close();
		}
	}
	const linkIn = (walk: Walk): string => /http\S+approve-a-change\?release=\S+/.exec(walk.end)?.[0] ?? '';

	it(
		'releases one edited prompt under the preset as it is: nothing typed but words, and it is live',
		async () => {
			const before = (await state()).activeVersionId;
			await world.edit((text) => text.replace('one short, useful email', 'one short, warm email'));
			const walker = await signIn(world.n8n.url, engineer);
			open.push(walker.close);
			const walk = await releaseChange(walker, 'Warmer opening line\nReaders found it cold', {
				pictures,
				name: 'prompt',
			});
			expect(walk.asked?.text).toContain('This change is controlled');
			expect(walk.asked?.text).toContain('one short, useful email');
			expect(walk.asked?.text).toContain('one short, warm email');
			expect(walk.asked?.lists).toHaveLength(4);
			expect(walk.end).toContain('It waits for people');
			expect((await state()).activeVersionId).toBe(before);

			const approver = await signIn(world.n8n.url, lead);
			open.push(approver.close);
			const { shown, end } = await approveChange(
				approver,
				linkIn(walk),
				'approved',
				pictures,
				'prompt-approve',
			);
			expect(shown).toContain('one short, warm email');
			expect(end).toContain('It is live');
			const { activeVersionId, versionId } = await state();
			expect(activeVersionId).toBe(versionId);
			expect(Object.values(await stages())).toEqual(['monitoring']);
			expect(walker.answers() + approver.answers()).toBeLessThanOrEqual(8);
			console.log(
				`Answers: ${walker.answers()} and ${approver.answers()}; machines took ${walk.seconds.machines} s, the gate ${walk.seconds.gate} s.`,
			);
		},
		8 * minute,
	);

	it(
		'says on the page what cannot be released: a draft equal to what runs',
		async () => {
			const walker = await signIn(world.n8n.url, engineer);
			open.push(walker.close);
			const same = await releaseChange(walker, 'Nothing at all');
			expect(same.asked).toBeNull();
			// The release before is still watched.
			expect(same.end).toMatch(/does what is published already|is monitoring/);
		},
		4 * minute,
	);
});
