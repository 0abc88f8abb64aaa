import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openSqliteLedger } from '../../../adapters/sqlite';
import type { Ledger } from '../../../app/ledger/api';
import { ASKED_EVERY, askedBy, noteAsked } from '../../../app/watch/asked';

const noon = Date.UTC(2026, 10, 20, 12);
let folder: string;
let ledger: Ledger;
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'release-gate-asked-'));
	ledger = await openSqliteLedger({ file: join(folder, 'ledger.sqlite'), clock: () => noon });
});
afterEach(async () => {
	await ledger.close();
	rmSync(folder, { recursive: true, force: true });
});

it('knows when each workflow asked last, and of none that never did', async () => {
	await noteAsked(ledger, 'w1', noon);
	await noteAsked(ledger, 'w2', noon + 1);
	const asked = await askedBy(ledger, ['w1', 'w2', 'w3'], noon);
	expect([...asked]).toEqual([
		['w1', noon],
		['w2', noon + 1],
	]);
	expect((await askedBy(ledger, [], noon)).size).toBe(0);
});

it('is written down once in a while: the chain grows by each', async () => {
	const written = async () => (await ledger.records.get('asked', ['w1']))[0]?.revision;
	await noteAsked(ledger, 'w1', noon);
	await noteAsked(ledger, 'w1', noon + ASKED_EVERY - 1);
	expect(await written()).toBe(1);
	await noteAsked(ledger, 'w1', noon + ASKED_EVERY);
	expect(await written()).toBe(2);
	await ledger.events.seal();
	expect((await ledger.events.head()).position).toBe(2);
});

it('of many that ask at once each is content with what one wrote', async () => {
	await Promise.all(Array.from({ length: 8 }, (_none, at) => noteAsked(ledger, 'w1', noon + at)));
	const at = (await askedBy(ledger, ['w1'], noon)).get('w1') ?? 0;
	expect(at).toBeGreaterThanOrEqual(noon);
	expect((await ledger.records.get('asked', ['w1']))[0]?.revision).toBe(1);
});

it('takes nothing from a clock that was ahead for a schedule that fires, and is written down again', async () => {
	const year = 365 * 86_400_000;
	await noteAsked(ledger, 'w1', noon + year);
	expect((await askedBy(ledger, ['w1'], noon)).size).toBe(0);
	await noteAsked(ledger, 'w1', noon);
	expect((await askedBy(ledger, ['w1'], noon)).get('w1')).toBe(noon);
});
