import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { applySetup } from '../../../app/setup/apply';
import type { Answers } from '../../../app/setup/answers';
import { planInWords, planSetup } from '../../../app/setup/plan';
import type { SetupPorts, SetupStore } from '../../../app/setup/ports';
import { undoSetup } from '../../../app/setup/undo';
import { createHubSpotDirectory } from '../../../adapters/hubspot';
import { setupStore } from '../../../cli/setup/store';
import type { JsonObject } from '../../../core/delivery/types';
import { publishedOf } from '../../../core/setup/sets';
import type { SetupNode } from '../../../core/setup/types';
import { setupAnswers, slots, templates } from '../../../testbed/setup/answers';
import { PlayedN8n } from '../../../testbed/setup/played-n8n';
import { sandboxToken, startHubSpot } from '../../../testbed/standins';

const now = Date.parse('2026-11-30T12:00:00Z');
const answers: Answers = { ...setupAnswers(now), testContacts: ['tester@example.com'] };

const fine = { id: 'each-once', effect: 'fine', sentence: 'Each of 1 contacts once.' };
/** What n8n's own nodes give for the errands of a set-up. */
const answering =
	(findings: readonly JsonObject[] = [fine]) =>
	(nodes: readonly SetupNode[]): Readonly<Record<string, JsonObject>> => {
		const last = nodes.at(-1)?.name ?? '';
		return { [last]: last === 'Rehearse' ? { findings: [...findings] } : { done: true } };
	};

let folder: string;
let hubspot: Awaited<ReturnType<typeof startHubSpot>>;
let store: SetupStore;
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'release-gate-setup-'));
	store = setupStore(folder, 'n8n.example.com');
	hubspot = await startHubSpot();
	hubspot.admin.seedContacts([{ email: 'tester@example.com', firstname: 'Tess' }]);
});
afterEach(async () => {
	await hubspot.close();
	rmSync(folder, { recursive: true, force: true });
});

const portsFor = (n8n: PlayedN8n, said: string[] = []): SetupPorts => ({
	n8n,
	store,
	contacts: createHubSpotDirectory({
		accessToken: sandboxToken,
		baseUrl: hubspot.url,
		callsPer10Seconds: 10_000,
		searchesPerSecond: 1_000,
	}),
	now: () => now,
	wait: async () => undefined,
	secret: () => 'a'.repeat(36),
	say: (line) => void said.push(line),
});

const setUp = async (ports: SetupPorts, told = answers) =>
	await applySetup(ports, told, await planSetup(ports, told));

const sizes = ({ held }: PlayedN8n) => [held.workflows.size, held.credentials.size, held.tags.size];

describe('a set-up', () => {
	it('makes everything once, and again nothing', async () => {
		const n8n = new PlayedN8n(slots, answering());
		const ports = portsFor(n8n);
		const { verdict, waiting, installed } = await setUp(ports);
		expect(verdict).toMatchObject({ passed: true });
		expect(waiting).toEqual([]);
		expect(installed.mode).toBe('live');
		const before = sizes(n8n);
		expect(before).toEqual([templates.length, 6, 3]);
		const versions = [...n8n.held.workflows.values()].map(({ versionId }) => versionId);
		const again = await setUp(ports, { ...answers, testContacts: [], credentials: {} });
		expect(again.live).toBeNull();
		expect(sizes(n8n)).toEqual(before);
		expect([...n8n.held.workflows.values()].map(({ versionId }) => versionId)).toEqual(versions);
	});

	it('plans the same and does nothing', async () => {
		const n8n = new PlayedN8n(slots, answering());
		const plan = await planSetup(portsFor(n8n), answers);
		const words = planInWords(plan, answers, now).join('\n');
		expect(words).toContain(`Make ${templates.length} workflows`);
		expect(words).toContain('cc_delivery_status');
		expect(words).toContain('Write to 1 test contact in HubSpot');
		expect(words).toContain('Next slots: Mon 30 Nov 2026, 09:00 New York');
		expect(sizes(n8n)).toEqual([0, 0, 0]);
		expect(hubspot.admin.account.definitions.has('cc_delivery_status')).toBe(false);
	});

	it('leaves alone what somebody changed since, and says so', async () => {
		const n8n = new PlayedN8n(slots, answering());
		const ports = portsFor(n8n);
		await setUp(ports);
		const [mine] = [...n8n.held.workflows.values()].filter(({ name }) => name === 'Dry run');
		if (!mine) throw new Error('there is no Dry run');
		const { name, nodes, connections, settings } = mine;
		await n8n.save(mine.id, { name, nodes: nodes.slice(1), connections, settings });
		const told = { ...answers, testContacts: [], config: { fromAddress: 'Else <else@example.com>' } };
		expect(planInWords(await planSetup(ports, told), told, now).join('\n')).toContain(
			'Leave alone what somebody changed since: Dry run.',
		);
		await setUp(ports, told);
		expect(n8n.held.workflows.get(mine.id)?.nodes).toHaveLength(nodes.length - 1);
		const undone = await undoSetup(ports);
		expect(undone.left.join(' ')).toContain('"Dry run"');
		expect(n8n.held.workflows.size).toBe(1);
	});

	it('goes live only after a rehearsal that passed', async () => {
		const failing = [fine, { id: 'second-run', effect: 'rolls-back', sentence: 'It would have sent again.' }];
		const n8n = new PlayedN8n(slots, answering(failing));
		const { verdict, installed, live } = await setUp(portsFor(n8n));
		expect(verdict).toMatchObject({ passed: false, sentence: 'It would have sent again.' });
		expect(installed.mode).toBe('dry-run');
		expect(live).toBeNull();
		const spine = [...n8n.held.workflows.values()].find(({ name }) => name === 'Content delivery spine');
		expect(spine?.active).toBe(false);
	});

	it('keeps a workflow out of service that lacks a credential, and names the node', async () => {
		const { slackApi: _slack, ...credentials } = answers.credentials;
		const n8n = new PlayedN8n(slots, answering());
		const { waiting } = await setUp(portsFor(n8n), { ...answers, credentials });
		expect(waiting.find(({ name }) => name === 'Delivery errors')?.lacks).toEqual([
			'Alert the Team (slackApi)',
		]);
	});

	it('puts the others in service, and the spine, where n8n has something against one workflow', async () => {
		const n8n = new PlayedN8n(slots, answering());
		const reason = "Cannot read properties of undefined (reading 'execute')";
		n8n.unpublishable.set('Release a change', { status: 400, reason });
		const { waiting, installed } = await setUp(portsFor(n8n));
		expect(waiting).toEqual([
			{ template: 'release-a-change', name: 'Release a change', lacks: [], refused: reason },
		]);
		expect(installed.mode).toBe('live');
		const off = [...n8n.held.workflows.values()].filter(({ active }) => !active).map(({ name }) => name);
		expect(off).toContain('Release a change');
		expect(off).not.toContain('Approve a change');
	});

	it('stops where n8n lets nobody publish', async () => {
		const n8n = new PlayedN8n(slots, answering());
		n8n.unpublishable.set('Dry run', { status: 403, reason: 'Forbidden' });
		await expect(setUp(portsFor(n8n))).rejects.toMatchObject({ code: 'setup-n8n-refused' });
	});

	it('takes a key back that its service refuses, so that another can be given', async () => {
		const n8n = new PlayedN8n(slots, answering());
		n8n.refused.set('openAiApi', 'Incorrect API key provided');
		await expect(setUp(portsFor(n8n))).rejects.toThrow(/OpenAI: Incorrect API key/);
		expect([...n8n.held.credentials.values()].map(({ type }) => type)).not.toContain('openAiApi');
		// What is gone again is not among what can be taken back.
		expect(
			(await store.load())?.deeds.some((deed) => deed.kind === 'credential' && deed.name === 'OpenAI'),
		).toBe(false);
		n8n.refused.clear();
		expect((await setUp(portsFor(n8n))).verdict?.passed).toBe(true);
		expect(n8n.held.credentials.size).toBe(6);
	});

	it('asks for another key where a service refuses one, and goes on', async () => {
		const n8n = new PlayedN8n(slots, answering());
		n8n.refused.set('openAiApi', 'Incorrect API key provided');
		const asked: string[] = [];
		const askAgain: SetupPorts['askAgain'] = async (type, reason, data) => {
			asked.push(`${type}: ${reason}`);
			if (asked.length === 2) n8n.refused.clear();
			return { ...data, apiKey: `key ${asked.length}` };
		};
		expect((await setUp({ ...portsFor(n8n), askAgain })).verdict?.passed).toBe(true);
		expect(asked).toEqual(Array(2).fill('openAiApi: Incorrect API key provided'));
		const made = [...n8n.held.credentials.values()].filter(({ type }) => type === 'openAiApi');
		expect(made.map(({ data }) => data.apiKey)).toEqual(['key 2']);
	});

	it('refuses an n8n without the package', async () => {
		const n8n = new PlayedN8n(slots);
		n8n.package = false;
		await expect(planSetup(portsFor(n8n), answers)).rejects.toMatchObject({ code: 'setup-package-missing' });
	});

	it('lets n8n install the package where its API does that, and take it away again', async () => {
		const n8n = new PlayedN8n(slots, answering());
		Object.assign(n8n, { package: false, installs: '' });
		const ports = portsFor(n8n);
		const plan = await planSetup(ports, answers);
		expect(planInWords(plan, answers, now)[0]).toBe(
			'Let n8n install n8n-nodes-release-gate 0.1.0 from its registry: n8n does not have it.',
		);
		expect(n8n.installed).toBe('');
		expect((await setUp(ports)).verdict?.passed).toBe(true);
		expect(n8n.installed).toBe('0.1.0');
		const nodes = [{ name: 'Gate', type: 'n8n-nodes-release-gate.releaseGate', parameters: {} }];
		const other = await n8n.create({ name: 'Theirs', nodes, connections: {}, settings: {} });
		expect((await undoSetup(ports)).left.join()).toContain('other workflows hold nodes of it');
		await n8n.remove(other);
		await undoSetup(ports);
		expect(n8n.package).toBe(false);
	});

	it('tells why n8n did not install the package, with the other ways', async () => {
		const n8n = new PlayedN8n(slots, answering());
		Object.assign(n8n, { package: false, installs: 'Package not found' });
		const failed = setUp(portsFor(n8n));
		await expect(failed).rejects.toMatchObject({ code: 'setup-package-missing' });
		await expect(failed).rejects.toThrow(/Package not found/);
		expect(sizes(n8n)).toEqual([0, 0, 0]);
	});

	it('names a test contact that is none by its place, not by its address', async () => {
		const told = { ...answers, testContacts: ['tester@example.com', 'nobody@example.com'] };
		const plan = planSetup(portsFor(new PlayedN8n(slots)), told);
		await expect(plan).rejects.toThrow(/number 2 of the test contacts/);
		await expect(plan).rejects.not.toThrow(/nobody@/);
	});
});

describe('a set-up that fails', () => {
	/** Calls of a set-up from start to end. */
	const calls = async (): Promise<number> => {
		const n8n = new PlayedN8n(slots, answering());
		await setUp(portsFor(n8n));
		await store.forget();
		return n8n.made;
	};
	/** Every call would take minutes: each seventeenth, begun at another place for each way to fail. */
	const places = (all: number, from: number): readonly number[] =>
		Array.from({ length: Math.floor((all - from) / 17) }, (_none, at) => from + at * 17);

	it.each(['before', 'after'] as const)(
		'at any call, %s it was done, goes on when it is run again',
		async (when) => {
			const all = await calls();
			for (const call of places(all, when === 'before' ? 1 : 3)) {
				const n8n = new PlayedN8n(slots, answering());
				n8n.failAt = { call, when };
				await expect(setUp(portsFor(n8n))).rejects.toMatchObject({ code: 'setup-n8n-unreachable' });
				n8n.failAt = null;
				const { installed, verdict } = await setUp(portsFor(n8n));
				expect([call, installed.mode, verdict?.passed ?? true]).toEqual([call, 'live', true]);
				const twice = [...n8n.held.workflows.values()]
					.map(({ name }) => name)
					.filter((name, at, list) => list.indexOf(name) !== at);
				// What n8n made while its answer was lost is known to nobody; one at most.
				expect(twice.length).toBeLessThanOrEqual(when === 'after' ? 1 : 0);
				const live = [...n8n.held.workflows.values()].filter(({ active }) => active);
				// What is in service, and the spine.
				expect(live).toHaveLength(publishedOf(templates).length + 1);
				await store.forget();
			}
		},
		240_000,
	);

	/** A set-up whose n8n went away while it ran the rehearsal inside n8n. */
	const cutOff = async (): Promise<PlayedN8n> => {
		let rehearsals = 0;
		const n8n: PlayedN8n = new PlayedN8n(slots, (nodes) => {
			if (nodes.at(-1)?.name === 'Rehearse' && (rehearsals += 1) === 1) n8n.failFrom = n8n.made + 1;
			return answering()(nodes);
		});
		await expect(setUp(portsFor(n8n))).rejects.toMatchObject({ code: 'setup-n8n-unreachable' });
		n8n.failFrom = null;
		expect(leftIn(n8n)).toHaveLength(1);
		return n8n;
	};
	const leftIn = (n8n: PlayedN8n) =>
		[...n8n.held.workflows.values()].filter(({ name }) => name.startsWith('Release gate set-up'));

	it('in the middle of what n8n runs for it deletes what it left when it is run again, and says so', async () => {
		const n8n = await cutOff();
		const plan = await planSetup(portsFor(n8n), answers);
		expect(planInWords(plan, answers, now)[0]).toBe(
			'Delete 1 workflow that a set-up which was cut off left behind: Release gate set-up: rehearse the spine (deletes itself).',
		);
		await setUp(portsFor(n8n));
		expect(leftIn(n8n)).toEqual([]);
	});

	it('in the middle of what n8n runs for it is taken back with what it left', async () => {
		const n8n = await cutOff();
		const { done } = await undoSetup(portsFor(n8n));
		expect(done[0]).toContain('rehearse the spine (deletes itself)');
		expect(n8n.held.workflows.size).toBe(0);
	});

	it('leaves nothing to take back but what it left, where its record is lost', async () => {
		const n8n = await cutOff();
		await store.forget();
		expect((await undoSetup(portsFor(n8n))).done).toHaveLength(1);
		expect(leftIn(n8n)).toEqual([]);
		await expect(undoSetup(portsFor(n8n))).rejects.toMatchObject({ code: 'setup-nothing-done' });
	});

	it('at any call is taken back whole', async () => {
		const all = await calls();
		for (const call of places(all, 2)) {
			const n8n = new PlayedN8n(slots, answering());
			n8n.failAt = { call, when: 'before' };
			await expect(setUp(portsFor(n8n))).rejects.toMatchObject({ code: 'setup-n8n-unreachable' });
			n8n.failAt = null;
			if ((await store.load()) !== null) {
				const { left } = await undoSetup(portsFor(n8n));
				expect(left.filter((line) => !line.startsWith('The spine '))).toEqual([]);
			}
			expect([call, n8n.held.workflows.size, n8n.held.credentials.size, n8n.held.tags.size]).toEqual([
				call,
				0,
				0,
				0,
			]);
		}
	}, 240_000);
});
