import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openSqliteLedger } from '../../../adapters/sqlite';
import { SqliteTransaction } from '../../../adapters/sqlite/transaction';
import { judge } from '../../../scenarios/crash/judge';
import { Watch } from '../../../scenarios/crash/watch';
import { createSpineFixture, SPINE, type SpineFixture } from '../../workflows/fixture';

const hour = 3_600_000;
const slotMs = 4 * hour;
/** A slot that opened an hour ago, on a whole minute. */
const anchorOf = (): number => Math.floor((Date.now() - hour) / 60_000) * 60_000;

let fixture: SpineFixture;
let watch: Watch;
let file: string;
beforeEach(async () => {
	fixture = await createSpineFixture(0);
	file = String((fixture.credentials['releaseGateLedgerApi'] as { file?: unknown }).file);
	const anchor = anchorOf();
	await fixture.configure({
		cadence: {
			every: 'PT4H',
			anchor: new Date(anchor).toISOString().slice(0, 16),
			timeZone: 'UTC',
			minimumGap: 'PT2H',
		},
	});
	watch = new Watch({
		standIns: fixture.standIns,
		spine: SPINE,
		slots: { anchor, every: slotMs, minimumGap: slotMs / 2 },
		standing: [],
		openLedger: () => openSqliteLedger({ file, clock: Date.now }),
	});
});
afterEach(async () => {
	jest.restoreAllMocks();
	await fixture.close();
});

const people = (): readonly string[] => {
	const due = new Date(Date.now() - 60_000).toISOString();
	const ids = fixture.standIns.hubspot.admin.seedContacts(
		['ada', 'bo', 'caro'].map((name) => ({
			email: `${name}@example.com`,
			firstname: name,
			cc_delivery_status: 'active',
			cc_profile_topic: 'boat repair',
			cc_profile_audience: 'club members',
			cc_next_eligible_send_at: due,
			cc_delivery_count: '0',
		})),
	);
	watch.expect(ids);
	return ids;
};
const tick = async (until?: string): Promise<void> => {
	const killed = {
		type: 'n8n-nodes-base.stopAndError',
		typeVersion: 1,
		parameters: { errorMessage: 'killed' },
		onError: undefined,
	};
	await fixture.runTemplate('content-delivery-spine.json', {
		startNode: 'Check Every 15 Minutes',
		...(until === undefined ? {} : { nodeOverrides: { [until]: killed } }),
	});
};
const reconcile = async (): Promise<void> => {
	await fixture.runTemplate('reconcile.json');
};
const realNow = Date.now.bind(Date);
/** Moves the clock of nodes, ledger and stand-ins to so long after the real time. */
const later = (ms: number): void => {
	jest.spyOn(Date, 'now').mockImplementation(() => realNow() + ms);
};
/** Plants a bug into the store: the nodes and the ledger above it stay as they are. */
const plant = (sql: string): void => {
	const db = new DatabaseSync(file, { timeout: 5000 });
	db.exec(sql);
	db.close();
};
const verdict = async (): Promise<string> => judge(await watch.sight(null, true)).join('\n');

const same = 'spine = NEW.spine AND space = NEW.space AND slot = NEW.slot AND recipient = NEW.recipient';
const forgetRecipients = `CREATE TRIGGER bug_recipients AFTER INSERT ON recipients BEGIN
	DELETE FROM recipients WHERE spine = NEW.spine AND space = NEW.space AND recipient = NEW.recipient; END;`;

/** A bug in the store, what happens then, and what the judge of the crash harness must say. */
const bugs: Readonly<Record<string, readonly [() => Promise<void>, RegExp]>> = {
	'a commit is acknowledged and not stored, and the recipient forgotten': [
		async () => {
			plant(`${forgetRecipients} CREATE TRIGGER bug AFTER UPDATE ON deliveries WHEN NEW.state = 'committed' BEGIN
				UPDATE deliveries SET state = 'due', lease_until = NULL WHERE ${same}; END`);
			people();
			await tick();
			await tick();
		},
		/was sent 2 times/,
	],
	'a claim does not see the claim before it': [
		async () => {
			people();
			const load = SqliteTransaction.prototype.loadDeliveries;
			jest.spyOn(SqliteTransaction.prototype, 'loadDeliveries').mockImplementation(async function (
				this: SqliteTransaction,
				refs,
				withInput,
			) {
				const found = await load.call(this, refs, withInput);
				// A claim reads with the input; what it reads is as it was before the other run claimed.
				if (!withInput) return found;
				return found.map((loaded) =>
					loaded !== null && loaded.row.token > 0
						? { ...loaded, row: { ...loaded.row, state: 'due' as const, token: loaded.row.token - 1 } }
						: loaded,
				);
			});
			await tick('Generate Text');
			later(30 * 60_000);
			await tick();
		},
		/was claimed with token 1 2 times/,
	],
	'what is in doubt is handed out again': [
		async () => {
			plant(`${forgetRecipients} CREATE TRIGGER bug AFTER UPDATE ON deliveries WHEN NEW.state = 'in-doubt' BEGIN
				UPDATE deliveries SET state = 'due', lease_until = NULL WHERE ${same}; END`);
			people();
			fixture.standIns.postmark.admin.fault('reset-after', { times: 2 });
			await tick();
			await tick();
		},
		/was sent 2 times/,
	],
	'a confirmation is stored as a commit': [
		async () => {
			plant(`CREATE TRIGGER bug AFTER UPDATE ON deliveries WHEN NEW.state = 'sending' BEGIN
				UPDATE deliveries SET state = 'committed', sent_at = NEW.updated_at, committed_at = NEW.updated_at WHERE ${same}; END`);
			people();
			fixture.standIns.postmark.admin.fault('outage', { times: Infinity });
			await tick();
		},
		/is committed, and no mail was accepted/,
	],
	'a delivery is dropped once it is sent': [
		async () => {
			plant(`CREATE TRIGGER bug AFTER UPDATE ON deliveries WHEN NEW.state = 'committed' BEGIN
				DELETE FROM deliveries WHERE ${same}; END`);
			people();
			await tick();
		},
		/the ledger does not know it/,
	],
	'a registration is not stored': [
		async () => {
			plant(`CREATE TRIGGER bug AFTER INSERT ON deliveries BEGIN DELETE FROM deliveries WHERE ${same}; END`);
			people();
			await tick();
		},
		/was due in slot .*, and nothing is recorded/,
	],
	'a lease never ends': [
		async () => {
			plant(`CREATE TRIGGER bug AFTER UPDATE ON deliveries WHEN NEW.state = 'claimed' BEGIN
				UPDATE deliveries SET lease_until = 9000000000000000 WHERE ${same}; END`);
			people();
			await tick('Generate Text');
			later(hour);
			await reconcile();
			await tick();
		},
		/still is claimed/,
	],
	'the gap is not kept': [
		async () => {
			plant(forgetRecipients);
			people();
			// Contacts come back to the spine as if HubSpot still called them due.
			plant(`CREATE TRIGGER bug AFTER INSERT ON outbox BEGIN DELETE FROM outbox WHERE id = NEW.id; END`);
			later(slotMs - hour - 5 * 60_000);
			await tick();
			later(slotMs - hour + 5 * 60_000);
			await tick();
		},
		/two emails within/,
	],
	'a write to HubSpot is lost': [
		async () => {
			plant(`CREATE TRIGGER bug AFTER INSERT ON outbox BEGIN DELETE FROM outbox WHERE id = NEW.id; END`);
			people();
			await tick();
			await reconcile();
		},
		/HubSpot was not told of the last mail/,
	],
	'a stranger changes what happened': [
		async () => {
			people();
			await tick();
			await (await openSqliteLedger({ file, clock: Date.now })).events.verify();
			plant(`UPDATE events SET sentence = 'Nothing happened.' WHERE kind = 'deliveries.committed'`);
		},
		/chain is not intact/,
	],
};

describe('the judge of the crash harness, over real nodes on a broken store', () => {
	it('finds nothing while the store is sound', async () => {
		people();
		fixture.standIns.postmark.admin.fault('reset-after', { times: 1 });
		await tick();
		await reconcile();
		await tick();
		expect(await verdict()).toBe('');
	}, 60_000);

	it.each(Object.entries(bugs))(
		'sees that %s',
		async (_name, [happens, says]) => {
			await happens();
			expect(await verdict()).toMatch(says);
		},
		60_000,
	);
});
