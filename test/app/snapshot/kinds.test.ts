import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Ledger } from '../../../app/ledger/api';
import { applyRelease } from '../../../app/snapshot/apply';
import { capture, idSource } from '../../../app/snapshot/capture';
import { diffViews, nowView, snapshotView, stateHash } from '../../../app/snapshot/diff';
import { drill } from '../../../app/snapshot/drill';
import { kinds, kindsInOrder } from '../../../app/snapshot/kinds';
import type { Kind } from '../../../app/snapshot/kinds/kind';
import { partKind } from '../../../app/snapshot/kinds/part-kind';
import { planRestore } from '../../../app/snapshot/plan';
import { pruneSnapshots } from '../../../app/snapshot/prune';
import { restoreRelease } from '../../../app/snapshot/restore';
import { completeSnapshot } from '../../../app/snapshot/store';
import { parseChanges } from '../../../core/snapshot/changes';
import { rowsOf } from '../../../core/snapshot/diff';
import { memoryLedger, portsOf } from './fixture';

/** Something else that releases change: sheets of text. The sheet `drill` is the copy of a drill. */
const sheets = new Map([['sheet', 'old']]);
const asked: string[] = [];
const note = <Result>(what: string, result: Result): Result => {
	asked.push(what);
	return result;
};
let target = 'sheet';

const sheet = partKind({
	name: 'sheets',
	journalled: 'sheets',
	order: 6,
	part: 'sheets',
	held: z.string(),
	read: async () => sheets.get(target) ?? '',
	rows: (before: string, after: string) =>
		note('diff', before === after ? [] : [rowsOf('flag', 'sheet')('text', before, after)]),
	counted: (_base, now) => note('state', now),
	requests: () => ['new'],
	lacks: () => note('lacks', null),
	entry: z.object({ before: z.string(), done: z.boolean() }),
	intend: async () => [{ before: sheets.get(target) ?? '', done: false }],
	isDone: ({ done }) => done,
	perform: async (_ports, entry, text) => {
		sheets.set(target, text);
		return { ...entry, done: true };
	},
	applied: (entries) => ({ sheets: entries.length }),
	plan: async (_run, entries) => ({
		steps: entries.flatMap(({ before }) => (sheets.get(target) === before ? [] : [before])),
		left: [{ what: 'sheet', reason: 'looked-at' }],
	}),
	shown: (steps) => ({ sheets: steps }),
	calls: () => 1000,
	label: (step) => `sheet ${step}`,
	putBack: async (_ports, steps) => steps.forEach((step) => sheets.set(target, step)),
	copy: async ({ made }, changes) => {
		await made('drill');
		sheets.set('drill', sheets.get('sheet') ?? '');
		target = 'drill';
		return note('copy', changes);
	},
	scope: (_changes, copies) => note(`scope ${copies.join()}`, {}),
	onlyAdds: () => note('onlyAdds', false),
	discard: async (_ports, copies) => {
		for (const copy of copies) sheets.delete(copy);
		target = 'sheet';
	},
});

const clock = { at: Date.UTC(2026, 10, 20, 10) };
let ledger: Ledger;
let close: () => Promise<void>;

beforeAll(async () => {
	({ ledger, close } = await memoryLedger(clock));
});
afterAll(() => close());

it('serves a new kind everywhere once it is in the table', async () => {
	// The table is read-only for everybody but this test.
	for (const table of [kinds, kindsInOrder] as const) (table as readonly Kind[] as Kind[]).push(sheet);
	const ports = portsOf(ledger, null, null, clock);
	const scope = { properties: [], definitions: false, workflows: [], spine: null };
	const changes = parseChanges({});

	const certificate = await drill(ports, { id: 'd', release: 'r', spine: null, changes, contacts: [] });
	expect(certificate).toMatchObject({ passed: true, report: { sheets: 1 } });
	expect(asked).toEqual(expect.arrayContaining(['copy', 'scope drill', 'lacks', 'state', 'onlyAdds']));
	expect([...sheets]).toEqual([['sheet', 'old']]);

	const { parts } = await capture(ports, { id: 'before', release: 'r', scope, contacts: idSource([]) });
	expect(parts.sheets?.bytes).toBeGreaterThan(0);
	expect(await applyRelease(ports, 'r', 'before', changes)).toMatchObject({ sheets: 1 });
	expect(sheets.get('sheet')).toBe('new');

	const snapshot = await completeSnapshot(ports, 'before');
	const [base, now] = [snapshotView(ports, snapshot), nowView(ports, snapshot)];
	expect((await diffViews(base, now, 10)).rows).toMatchObject([
		{ name: 'sheet', before: 'old', after: 'new' },
	]);
	expect(await stateHash(base, now)).not.toBe(await stateHash(base, base));

	const plan = await planRestore(ports, 'r', { target: null, callsPer10Seconds: 100 });
	expect(plan).toMatchObject({ sheets: ['old'], left: [{ what: 'sheet' }] });
	expect(plan.calls).toBeGreaterThanOrEqual(1000);
	const { report, steps } = await restoreRelease(ports, 'r', { target: null });
	expect(steps).toContain('sheets');
	expect(report).toMatchObject({ sheets: 1, left: [{ what: 'sheet' }], unproven: [] });
	expect(sheets.get('sheet')).toBe('old');

	const stored = async () => (await ledger.blobs.get([parts.sheets?.blob ?? '']))[0];
	expect(await stored()).not.toBeNull();
	clock.at += 1000;
	await pruneSnapshots(ports, { spine: null, before: clock.at, keep: 0 });
	expect(await stored()).toBeNull();
});

it('gives every kind its own name, member of the journal and order', () => {
	for (const member of ['name', 'journalled', 'order'] as const)
		expect(new Set(kinds.map((kind) => kind[member])).size).toBe(kinds.length);
});
