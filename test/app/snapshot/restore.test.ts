import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseCadence } from '../../../core/delivery/cadence';
import { nextSlot } from '../../../core/delivery/cadence';
import type { Ledger } from '../../../app/ledger/api';
import { applyRelease } from '../../../app/snapshot/apply';
import { capture, idSource } from '../../../app/snapshot/capture';
import { parseChanges } from '../../../core/snapshot/changes';
import { drill } from '../../../app/snapshot/drill';
import { planRestore } from '../../../app/snapshot/plan';
import { policyOf, setPolicy } from '../../../app/release';
import { pruneSnapshots } from '../../../app/snapshot/prune';
import { restoreRelease } from '../../../app/snapshot/restore';
import { diffText } from '../../../core/snapshot/table';
import { completeSnapshot } from '../../../app/snapshot/store';
import { diffViews, nowView, snapshotView, stateHash } from '../../../app/snapshot/diff';
import { startHubSpotFixture, type HubSpotFixture } from '../../adapters/hubspot/fixture';
import { registrationOf, slotOpens, testSettings } from '../../../testbed/databases/ledgers';
import { Killed, memoryLedger, MemoryHost, portsOf } from './fixture';

const clock = { at: slotOpens + 60_000 };
const graph = (text: string) => ({
	nodes: [
		{ name: 'Send', type: 'n8n-nodes-base.set', typeVersion: 3, position: [0, 0], parameters: { text } },
	],
	connections: {},
});
let fixture: HubSpotFixture;
let ledger: Ledger;
let close: () => Promise<void>;
let round = 0;

beforeAll(async () => {
	fixture = await startHubSpotFixture();
	({ ledger, close } = await memoryLedger(clock));
});
afterAll(async () => {
	await fixture.close();
	await close();
});

/** A spine with contacts and a workflow, captured; and a release that moves the cadence and renames an option. */
async function captured(count: number, hook: (call: string) => void = () => undefined) {
	round += 1;
	const [spine, release, snapshot] = [`s${round}`, `r${round}`, `before-r${round}`];
	fixture.admin.define({
		name: 'cc_profile_tone',
		label: 'Tone',
		groupName: 'cc_profile',
		type: 'enumeration',
		fieldType: 'select',
		options: ['plain', 'warm', 'bold', 'dry'],
	});
	const ids = fixture.admin.seedContacts(
		Array.from({ length: count }, (_, at) => ({
			email: `t${round}-${at}@example.test`,
			cc_profile_tone: at % 2 === 0 ? 'plain' : 'warm',
			cc_profile_topic: 'gardens',
			cc_delivery_count: '3',
		})),
	);
	const host = new MemoryHost((call, when) => when === 'before' && hook(call));
	host.seed('w', { name: 'Spine', settings: { timezone: 'UTC' }, ...graph('old') });
	await ledger.spines.configure(testSettings(spine), 'test');
	const ports = portsOf(ledger, fixture.directory, host, clock);
	const properties = ['cc_profile_tone', 'cc_profile_topic', 'cc_delivery_count', 'cc_next_eligible_send_at'];
	const scope = { properties, definitions: true, workflows: ['w'], spine };
	await capture(ports, { id: snapshot, release, scope, contacts: idSource(ids) });
	const options = ['simple', 'warm', 'bold', 'dry'].map((value) => ({ value, label: value }));
	const changes = parseChanges({
		definitions: [
			{ change: 'cc_profile_tone', to: { options: [{ value: 'plain', label: 'plain' }, ...options] } },
		],
		rewrites: [{ property: 'cc_profile_tone', from: 'plain', to: 'simple' }],
		workflows: [{ id: 'w', graph: graph('new'), settings: { timezone: 'Europe/Berlin' } }],
		spine: { cadence: { every: 'P1D', anchor: '2026-11-02T15:00', timeZone: 'UTC' } },
		flags: [{ key: `f${round}`, state: 'everyone' }],
	});
	return { spine, release, snapshot, ids, host, ports, changes };
}

describe('a release applied and rolled back through the real HubSpot client', () => {
	it('puts everything back, names what it leaves, and goes on in rhythm', async () => {
		const { spine, release, snapshot, ids, host, ports, changes } = await captured(7);
		const base = snapshotView(ports, await completeSnapshot(ports, snapshot));
		const before = await stateHash(base, base);
		const [first = '', second = '', third = '', fourth = ''] = ids;
		// Somebody edits between capture and apply: the release writes over it, and it must come back.
		fixture.admin.foreignWrite(third, { cc_profile_tone: 'dry' });
		fixture.admin.foreignWrite(third, { cc_profile_tone: 'plain' });
		expect(await applyRelease(ports, release, snapshot, changes)).toMatchObject({ values: 4, unwritten: 0 });
		expect(fixture.admin.values(first)?.cc_profile_tone).toBe('simple');

		// One email goes out under the released rhythm.
		const registration = registrationOf(spine, second, 0, { closesAt: slotOpens + 86_400_000 });
		await ledger.deliveries.register([registration]);
		const [claim] = await ledger.deliveries.claim([{ ref: registration.ref }], 'test');
		const token = claim?.status === 'granted' ? claim.token : 0;
		await ledger.deliveries.confirm([{ ref: registration.ref, token }]);
		await ledger.deliveries.commit([
			{ ref: registration.ref, token, provider: 'postmark', providerMessageId: 'm' },
		]);
		const released = parseCadence({ every: 'P1D', anchor: '2026-11-02T15:00', timeZone: 'UTC' });
		const own = parseCadence(testSettings(spine).cadence);
		const next = (cadence: typeof own): string => new Date(nextSlot(cadence, clock.at).opensAt).toISOString();
		fixture.admin.foreignWrite(second, { cc_next_eligible_send_at: next(released), cc_delivery_count: '4' });
		// Somebody changes one contact after the release, and somebody archives another.
		fixture.admin.foreignWrite(first, { cc_profile_tone: 'bold' });
		fixture.admin.archive(ids[4] ?? '');

		const plan = await planRestore(ports, release, { target: null, callsPer10Seconds: 100 });
		expect(plan).toMatchObject({
			values: { restore: 2, reconcile: 1, left: { 'changed-by-someone': 1, archived: 1 } },
			settings: true,
			workflows: [{ id: 'w', publish: { version: 'v1' } }],
		});
		expect(fixture.admin.values(fourth)?.cc_profile_tone).toBe('warm');

		const rollback = await restoreRelease(ports, release, { target: null });
		expect(rollback).toMatchObject({
			state: 'done',
			report: { values: { restored: 2, reconciled: 1 }, unproven: [], flags: 1, workflows: 1, settings: 1 },
		});
		expect(rollback.report.left).toEqual(
			expect.arrayContaining([
				expect.objectContaining({ contactId: first, reason: 'changed-by-someone' }),
				expect.objectContaining({ contactId: ids[4], reason: 'archived' }),
				expect.objectContaining({ field: 'options.simple', reason: 'additive' }),
				expect.objectContaining({ what: `flag f${round}`, reason: 'additive' }),
			]),
		);
		expect(fixture.admin.values(first)?.cc_profile_tone).toBe('bold');
		expect(fixture.admin.values(third)?.cc_profile_tone).toBe('plain');
		expect(fixture.admin.values(second)).toMatchObject({
			cc_delivery_count: '4',
			cc_next_eligible_send_at: next(own),
		});
		expect(host.now('w').published?.versionId).toBe('v1');
		expect((await ledger.spines.get(spine))?.settings).toEqual(testSettings(spine));
		expect((await ledger.spines.get(spine))?.paused).toBe(false);
		// Everything is back but what people did since.
		const now = nowView(ports, await completeSnapshot(ports, snapshot));
		expect(await stateHash(base, now)).not.toBe(before);
		const diff = await diffViews(base, now, 100);
		expect(diff.counts).toEqual({ contact: 4, flag: expect.any(Number), property: 1 });
		expect(diffText(diff)).toContain('cc_profile_tone');
		// Run again, it is done: no call at all.
		fixture.admin.clearCalls();
		await restoreRelease(ports, release, { target: null });
		expect(fixture.admin.calls()).toEqual([]);
	});

	it('creates a group again that an archived definition goes back into, and leaves other groups and policies', async () => {
		const { spine, release, ids, host } = await captured(1);
		const ports = portsOf(ledger, fixture.directory, host, clock);
		fixture.admin.addGroup({ name: 'old_things', label: 'Old things', displayOrder: 7 });
		fixture.admin.addGroup({ name: 'other_things', label: 'Other things', displayOrder: 8 });
		const old = { name: 'cc_profile_old', label: 'Old', type: 'string', fieldType: 'text' };
		fixture.admin.define({ ...old, groupName: 'old_things' });
		const snapshot = `groups-${release}`;
		const scope = { properties: ['cc_profile_tone'], definitions: true, workflows: [], spine };
		await capture(ports, { id: snapshot, release, scope, contacts: idSource(ids) });
		const archive = parseChanges({ definitions: [{ archive: 'cc_profile_old' }] });
		await applyRelease(ports, release, snapshot, archive);
		// Somebody tidies up: the empty group goes, another gets a new label, the policy a new version.
		await fixture.directory.definitions.archiveGroup('old_things');
		await fixture.directory.definitions.changeGroup('other_things', { label: 'Renamed' });
		const gate = { ledger, now: () => clock.at };
		await setPolicy(gate, spine, 'quiet-content-delivery', { drill: { maxDuration: 'PT4M' } }, 'test');

		const base = snapshotView(ports, await completeSnapshot(ports, snapshot));
		const diff = await diffViews(base, nowView(ports, await completeSnapshot(ports, snapshot)), 100);
		expect(diff.rows.filter(({ part }) => part === 'group')).toEqual([
			{ part: 'group', name: 'old_things', field: '', before: 'active', after: '', note: '' },
			{
				part: 'group',
				name: 'other_things',
				field: 'label',
				before: 'Other things',
				after: 'Renamed',
				note: '',
			},
		]);

		const left = [
			{ what: `policy ${spine}`, reason: 'not-part-of-a-release' },
			{ what: 'property group other_things: label', reason: 'changed-by-someone' },
		];
		const plan = await planRestore(ports, release, { target: null, callsPer10Seconds: 100 });
		expect(plan.groups).toEqual(['old_things']);
		expect(plan.left).toEqual(left);
		const rollback = await restoreRelease(ports, release, { target: null });
		expect(rollback.report).toMatchObject({ definitions: 1, unproven: [], left });
		const groups = new Map(
			(await fixture.directory.definitions.groups()).map((group) => [group.name, group]),
		);
		expect(groups.get('old_things')).toMatchObject({ label: 'Old things', displayOrder: 7 });
		expect(groups.get('other_things')).toMatchObject({ label: 'Renamed' });
		const active = await fixture.directory.definitions.list();
		expect(active.find(({ name }) => name === 'cc_profile_old')).toMatchObject({ groupName: 'old_things' });
		expect((await policyOf(gate, spine)).version).toBe(1);
	});

	it('ends in the same state, killed at every call and run again, with no delivery sent', async () => {
		const clean = await captured(3);
		await applyRelease(clean.ports, clean.release, clean.snapshot, clean.changes);
		const events: string[] = [];
		const stop = fixture.admin.onCall((call, when) => void (when === 'before' && events.push(call.path)));
		await restoreRelease(clean.ports, clean.release, { target: null });
		stop();
		expect(events.length).toBeGreaterThan(5);
		let kills = 0;
		for (const when of ['before', 'after'] as const) {
			for (let nth = 1; nth <= events.length; nth++) {
				const run = await captured(3);
				const base = snapshotView(run.ports, await completeSnapshot(run.ports, run.snapshot));
				const wanted = await stateHash(base, base);
				await applyRelease(run.ports, run.release, run.snapshot, run.changes);
				fixture.admin.clearCalls();
				let calls = 0;
				// The process dies: nothing that follows the call in it happens.
				const life = { over: false };
				const alive = (): void => {
					if (life.over) throw new Killed();
				};
				const mortal = { ...run.ports };
				const dying = fixture.admin.onCall((_call, moment) => {
					if (moment === when && ++calls === nth) life.over = true;
				});
				const guard = <Port extends object>(port: Port): Port =>
					new Proxy(port, {
						get: (target, name, receiver) => {
							const found: unknown = Reflect.get(target, name, receiver);
							if (typeof found === 'object' && found !== null) return guard(found);
							if (typeof found !== 'function') return found;
							return async (...args: unknown[]) => {
								alive();
								const result: unknown = await (found as (...a: unknown[]) => unknown).apply(target, args);
								alive();
								return result;
							};
						},
					});
				Object.assign(mortal, { contacts: guard(fixture.directory), ledger: guard(ledger) });
				await expect(restoreRelease(mortal, run.release, { target: null })).rejects.toBeInstanceOf(Killed);
				dying();
				kills += 1;
				await restoreRelease(run.ports, run.release, { target: null });
				const now = nowView(run.ports, await completeSnapshot(run.ports, run.snapshot));
				expect([when, nth, await stateHash(base, now)]).toEqual([when, nth, wanted]);
				// No value was written twice: captured, released, restored.
				const row = fixture.admin.account.find(run.ids[0] ?? '');
				expect(row?.history.get('cc_profile_tone')?.map(({ value }) => value)).toEqual([
					'plain',
					'simple',
					'plain',
				]);
				expect(await ledger.deliveries.list({ spine: run.spine, limit: 1 })).toEqual([]);
				expect((await ledger.spines.get(run.spine))?.paused).toBe(false);
			}
		}
		expect(kills).toBe(events.length * 2);
	}, 120_000);
});

describe('captures', () => {
	it('go on after a kill where they stopped, and share equal parts', async () => {
		const run = await captured(3);
		const all = fixture.admin.seedContacts(
			Array.from({ length: 450 }, (_, at) => ({ email: `k${at}@example.test` })),
		);
		const scope = { properties: ['email'], definitions: false, workflows: [], spine: null };
		let reads = 0;
		const dying = {
			...run.ports,
			contacts: {
				...fixture.directory,
				read: async (...args: Parameters<typeof fixture.directory.read>) => {
					if (++reads === 3) throw new Killed();
					return await fixture.directory.read(...args);
				},
			},
		};
		const request = { id: 'killed', release: null, scope, contacts: idSource(all) };
		await expect(capture(dying, request)).rejects.toBeInstanceOf(Killed);
		fixture.admin.clearCalls();
		const done = await capture(run.ports, request);
		expect(done).toMatchObject({ state: 'complete', contacts: { chunks: 3, found: 450, gone: 0 } });
		expect(fixture.admin.calls()).toHaveLength(1);
		const again = await capture(run.ports, { ...request, id: 'again' });
		expect(again.hash).toBe(done.hash);
		clock.at += 60 * 86_400_000;
		const pruned = await pruneSnapshots(run.ports, { spine: null, before: clock.at - 86_400_000, keep: 1 });
		clock.at -= 60 * 86_400_000;
		expect(pruned.removed).toContain('killed');
		expect(snapshotView(run.ports, await completeSnapshot(run.ports, 'again')).title).toBe('snapshot again');
	});
});

describe('a drill', () => {
	it('certifies a release that can be taken back, on copies only', async () => {
		const { release, ids, ports, changes, host, spine } = await captured(3);
		const [test = '', other = ''] = ids;
		const certificate = await drill(ports, {
			id: `d-${round}`,
			release,
			spine,
			changes,
			contacts: [test],
			releaseHash: 'a'.repeat(64),
		});
		expect(certificate).toMatchObject({ passed: true, releaseHash: 'a'.repeat(64), limitSeconds: 300 });
		expect(certificate.hashes.before).toBe(certificate.hashes.after);
		expect(certificate.hashes.applied).not.toBe(certificate.hashes.before);
		// Production never saw it.
		expect(fixture.admin.values(test)?.cc_profile_tone).toBe('plain');
		expect(fixture.admin.account.find(test)?.history.get('cc_profile_tone')).toHaveLength(1);
		expect(fixture.admin.account.find(other)?.history.has('rgdrill_cc_profile_tone')).toBe(false);
		expect(host.now('w').published?.versionId).toBe('v1');
		expect(fixture.admin.account.definitions.get('rgdrill_cc_profile_tone')?.archived).toBe(true);
	});

	it('fails when the restore is broken', async () => {
		const { release, ids, ports, changes, spine } = await captured(3);
		// Someone has locked the property after the release wrote it: nothing can be put back.
		let updates = 0;
		const broken = {
			...ports,
			contacts: {
				...fixture.directory,
				update: async (...args: Parameters<typeof fixture.directory.update>) => {
					updates += 1;
					if (updates < 3) return await fixture.directory.update(...args);
					return args[0].map(({ id }) => ({ status: 'written' as const, id, recordId: id }));
				},
			},
		};
		const certificate = await drill(broken, {
			id: `d-${round}`,
			release,
			spine,
			changes,
			contacts: ids.slice(0, 1),
		});
		expect(certificate).toMatchObject({ passed: false });
		expect(certificate.hashes.after).not.toBe(certificate.hashes.before);
	});
});
