import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openSqliteLedger } from '../../../adapters/sqlite';
import { diffViews, nowView, snapshotView, stateHash } from '../../../app/snapshot/diff';
import { drill } from '../../../app/snapshot/drill';
import { planRestore } from '../../../app/snapshot/plan';
import { restoreRelease } from '../../../app/snapshot/restore';
import { completeSnapshot, snapshotOf } from '../../../app/snapshot/store';
import { parseChanges } from '../../../core/snapshot/changes';
import { HubSpotAccount, type ContactRow } from '../../../testbed/standins/hubspot/account';
import { accountDirectory, MemoryHost, portsOf } from './fixture';

const fixtures = join(__dirname, '../../fixtures/snapshot-f76b1a0');
const json = (name: string) => JSON.parse(readFileSync(join(fixtures, name), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'rg-snapshot-before-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The ledger, the account and the instance as commit f76b1a0 left them. */
async function asStored() {
	const stored = json('world.json');
	const clock = { at: stored.clock as number };
	const file = join(folder, 'ledger.sqlite');
	writeFileSync(file, gunzipSync(readFileSync(join(fixtures, 'ledger.sqlite.gz'))));
	const ledger = await openSqliteLedger({ file, clock: () => clock.at });
	const account = new HubSpotAccount(() => clock.at, 0);
	for (const row of stored.groups) account.groups.set(row.name, row);
	for (const row of stored.definitions) account.definitions.set(row.name, row);
	for (const row of stored.contacts)
		account.contacts.set(row.id, { ...row, history: new Map(row.history) } as ContactRow);
	const tick = (): void => void (clock.at += 1);
	const host = new MemoryHost(tick).load(stored.host);
	return { ledger, account, host, ports: portsOf(ledger, accountDirectory(account, tick), host, clock) };
}

it('lists, compares, plans, restores and tidies up what the version before stored, to the same end', async () => {
	const expected = json('expected.json');
	const { ledger, account, host, ports } = await asStored();
	const records = await ledger.records.list({ kind: 'snapshot', limit: 50 });
	const listed = records.map((record) => {
		const { revision: _revision, ...snapshot } = snapshotOf(record);
		return snapshot;
	});
	expect(listed).toEqual(expected.listed);

	const snapshot = await completeSnapshot(ports, 'before-r1');
	const base = snapshotView(ports, snapshot);
	const { rows, ...diff } = await diffViews(base, nowView(ports, snapshot), 1000);
	expect(diff).toEqual({ ...expected.diff, rows: undefined });
	const byPart = (all: readonly { part: string }[]) =>
		[...all].sort((a, b) => (a.part < b.part ? -1 : a.part > b.part ? 1 : 0));
	expect(byPart(rows)).toEqual(byPart(expected.diff.rows));
	expect(await stateHash(base, base)).not.toBe(await stateHash(base, nowView(ports, snapshot)));

	// What is left is named the same; definitions and values also say it field by field.
	const left = (all: readonly { what?: string; contactId?: string; property?: string; reason: string }[]) =>
		all.map(({ what, contactId, property, reason }) => ({
			what: what ?? `contact ${contactId}: ${property}`,
			reason,
		}));
	const plan = await planRestore(ports, 'r1', { target: null, callsPer10Seconds: 100 });
	expect({ ...plan, left: left(plan.left) }).toEqual(expected.plan);

	// r1 was applied and waits; the rollback of r2 died while it put values back.
	for (const release of ['r1', 'r2'] as const) {
		const { report } = await restoreRelease(ports, release, { target: null });
		const wanted = expected.rolled[release];
		expect({ ...report, left: left(report.left) }).toEqual({ ...wanted, left: left(wanted.left) });
	}
	// The drill of r3 died after it was applied on copies: the next one takes them away.
	const certificate = await drill(ports, {
		id: 'd3-again',
		release: 'r3',
		spine: 's3',
		changes: parseChanges(expected.three),
		contacts: ['1004'],
	});
	expect(certificate.passed).toBe(true);

	const { after } = expected;
	const value = (row: ContactRow, property: string) =>
		(row.history.get(property) ?? []).map((version) => version.value);
	expect(
		[...account.contacts.values()].map((row) =>
			Object.fromEntries(Object.keys(after.values[0]).map((property) => [property, value(row, property)])),
		),
	).toEqual(after.values);
	expect(
		after.definitions.map(({ name }: { name: string }) => {
			const row = account.definitions.get(name);
			const options = row?.options.map((option) => option.value);
			return { name, label: row?.label, archived: row?.archived, options };
		}),
	).toEqual(after.definitions);
	expect(
		after.workflows.map(({ id }: { id: string }) => {
			const { settings, published } = host.now(id);
			return { id, settings, published: published?.nodes };
		}),
	).toEqual(after.workflows);
	expect(host.ids()).toEqual(after.hosted);
	for (const { spine, paused, cadence } of after.spines)
		expect(await ledger.spines.get(spine)).toMatchObject({ paused, settings: { cadence } });
	const flags = await ledger.records.list({ kind: 'flag', limit: 20 });
	expect(flags.map(({ id, body }) => ({ id, body })).sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
		after.flags,
	);
	await ledger.close();
});
