import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { mailSince } from '../../scenarios/bad-releases/outside';
import { untilServed } from '../../scenarios/bad-releases/play';
import { goodRelease, type TriedRelease } from '../../scenarios/bad-releases/releases';
import { draftOf, prepare, ship, shippedBy } from '../../scenarios/bad-releases/ship';
import {
	spineWorkflow,
	startBadReleaseWorld,
	type BadReleaseWorld,
} from '../../scenarios/bad-releases/world';
import { openSqliteLedger } from '../../adapters/sqlite';
import { buildIfStale } from '../../testbed/build';
import type { Graph } from '../../testbed/graph';
import { slotOf } from '../../testbed/judge';
import { isSandboxInstalled } from '../../testbed/n8n/paths';
import { publishWorkflow, saveWorkflow } from '../../testbed/n8n/workflows';
import { sandboxSpine } from '../../testbed/operate';

const wanted = process.env.RG_E2E === '1';
if (!wanted || !isSandboxInstalled())
	console.warn(
		`SKIPPED: a publish beside the gate in a real n8n. ${
			wanted ? 'Install it: node scripts/ensure.mjs --n8n' : 'Set RG_E2E=1 to run it.'
		}`,
	);

/** A release that ships on a busy machine too, where slots of a minute and a half spend the error budget. */
const hotfix: TriedRelease = { ...goodRelease, foundBy: ['nothing'] };

const minute = 60_000;
/** Length of a slot in seconds. */
const every = Number(process.env.RG_SLOT_SECONDS ?? 90);

(wanted && isSandboxInstalled() ? describe : describe.skip)(
	'a publish beside the gate, in a real n8n',
	() => {
		let world: BadReleaseWorld;
		const started: BadReleaseWorld[] = [];

		beforeAll(async () => {
			buildIfStale();
			world = await startBadReleaseWorld({ every, window: (every * 2) / 3, contacts: 4 });
			started.push(world);
			await world.configure('live');
			await world.publish();
			await untilServed(world);
		}, 8 * minute);

		afterAll(async () => {
			for (const one of started) await one.close();
		}, 2 * minute);

		/** Mail that left in a slot, once its window is over. */
		async function servedIn(slot: number): Promise<number> {
			const opened = world.slots.anchor + slot * world.slots.every;
			await sleep(Math.max(0, opened + world.rhythm.window * 1000 + 2_000 - Date.now()));
			return mailSince(world, opened).filter(({ at }) => slotOf(world.slots, at) === slot).length;
		}
		const nextSlot = (): number => slotOf(world.slots, Date.now()) + 1;

		async function alarms(): Promise<readonly string[]> {
			const ledger = await openSqliteLedger({ file: world.ledgerFile, clock: () => Date.now() });
			try {
				const events = await ledger.events.list({
					spine: sandboxSpine,
					kinds: ['spine.ungated-change'],
					limit: 50,
				});
				return events.map(({ sentence }) => sentence);
			} finally {
				await ledger.close();
			}
		}

		/** The draft as somebody leaves it who goes on in the editor. */
		async function edit(): Promise<Graph> {
			const { nodes, connections } = await draftOf(world);
			const edited = nodes.map((node) =>
				node.name === 'Send Email'
					? { ...node, notesInFlow: true, executeOnce: false, alwaysOutputData: true }
					: node,
			);
			const state = await world.n8n.session.call('GET', `/rest/workflows/${spineWorkflow}`);
			const { name, settings } = state.data as { name: string; settings: Record<string, unknown> };
			await saveWorkflow(world.n8n.session, {
				id: spineWorkflow,
				name,
				nodes: edited,
				connections,
				settings,
			});
			return { nodes: edited, connections };
		}

		it(
			'ships a release, which adopts what ran, and delivers it without an alarm',
			async () => {
				await prepare(world, hotfix, await shippedBy(world, hotfix));
				await ship(world, hotfix);
				expect(await servedIn(nextSlot())).toBe(4);
				expect(await alarms()).toEqual([]);
			},
			8 * minute,
		);

		it(
			'delivers nothing from a version that somebody publishes by hand; the alarm names the node that differs',
			async () => {
				await edit();
				await publishWorkflow(world.n8n.session, spineWorkflow);
				expect(await servedIn(nextSlot())).toBe(0);
				const [first, ...further] = await alarms();
				expect(first).toMatch(/not what was released \(warmer-subject\): node Send Email differs\.$/);
				// The policy rolls the release back for it: then it is told once more, against what ran before.
				expect(further.length).toBeLessThan(2);
				for (const alarm of further) expect(alarm).toContain('before its first release');
			},
			6 * minute,
		);

		it(
			'delivers it once it was released',
			async () => {
				const release: TriedRelease = {
					...hotfix,
					id: 'after-the-fact',
					title: 'What was published by hand',
					change: (now) => ({ graph: now }),
				};
				await prepare(world, release, await shippedBy(world, release));
				await ship(world, release);
				const before = await alarms();
				expect(await servedIn(nextSlot())).toBe(4);
				expect(await alarms()).toEqual(before);
			},
			8 * minute,
		);
	},
);
