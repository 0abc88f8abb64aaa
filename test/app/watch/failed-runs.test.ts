import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deskHtml, gatherDesk } from '../../../app/desk';
import type { Ledger } from '../../../app/ledger/api';
import { tellAllFailedRuns, tellFailedRuns } from '../../../app/watch';
import { metricsText } from '../../../core/desk/metrics';
import { RUN_QUIET } from '../../../core/stability/failed-run';
import {
	type LedgerHouse,
	refOf,
	registrationOf,
	slotOpens,
	stores,
	testSettings,
} from '../../../testbed/databases/ledgers';

const spine = 'news';
const DAY = 86_400_000;

describe.each(stores)('a run in which most failed, on %s', (_name, open) => {
	const clock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;

	beforeEach(async () => {
		clock.at = slotOpens;
		house = await open(clock);
		ledger = await house.open();
		await ledger.spines.configure(testSettings(spine), 'test');
		await ledger.deliveries.register(
			Array.from({ length: 12 }, (_, at) => registrationOf(spine, `r-${at}`, 0)),
		);
	});
	afterEach(() => house.close());

	const ports = () => ({ ledger, now: () => clock.at });
	const desk = async () => await gatherDesk({ ...ports(), workflows: null });

	/** One execution that sends to some recipients and fails for others. */
	async function run(execution: number, sent: readonly number[], failed: readonly number[]): Promise<void> {
		const refs = [...sent, ...failed].map((at) => refOf(spine, `r-${at}`));
		const claims = await ledger.deliveries.claim(
			refs.map((ref) => ({ ref })),
			`execution ${execution} / Claim`,
		);
		const tokens = claims.map((claim, at) => {
			if (claim.status !== 'granted') throw new Error(JSON.stringify(claim));
			return { ref: refs[at] ?? refOf(spine, ''), token: claim.token };
		});
		const good = tokens.slice(0, sent.length);
		await ledger.deliveries.confirm(good);
		await ledger.deliveries.commit(
			good.map((token) => ({
				...token,
				provider: 'postmark',
				providerMessageId: `${execution}-${token.ref.recipient}`,
			})),
		);
		await ledger.deliveries.fail(
			tokens.slice(sent.length).map((token) => ({
				...token,
				failureClass: 'generation',
				sent: 'no',
				retryable: true,
				reason: 'The generator did not answer.',
			})),
		);
	}

	const events = async () => await ledger.events.list({ spine, kinds: ['run.failed'], limit: 10 });

	it('is told once it is over, once, and stands in the chain', async () => {
		await run(41, [0], [1, 2, 3]);
		expect(await tellFailedRuns(ports(), spine)).toEqual([]);
		clock.at += RUN_QUIET;
		const told = await tellAllFailedRuns(ports());
		expect(told.map(({ execution, claimed, failed }) => [execution, claimed, failed])).toEqual([
			['41', 4, 3],
		]);
		expect([await tellFailedRuns(ports(), spine), await tellAllFailedRuns(ports(), spine)]).toEqual([[], []]);
		expect((await events()).map(({ sentence }) => sentence)).toEqual([
			'Most of execution 41 of news failed, whatever n8n calls it: 3 of 4 deliveries in slot 2026-11-20 were not sent.',
		]);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	it('is told once, of several that look at the same moment', async () => {
		await run(41, [], [1]);
		clock.at += RUN_QUIET;
		const looks = await Promise.all(Array.from({ length: 5 }, () => tellFailedRuns(ports(), spine)));
		expect(looks.flat()).toHaveLength(1);
		expect(await events()).toHaveLength(1);
	});

	it('is an alarm on the desk and a figure for a day, though the slot as a whole does well', async () => {
		await run(41, [0, 1, 2, 3, 4, 5, 6], []);
		await run(42, [], [7, 8]);
		clock.at += RUN_QUIET;
		const seen = await desk();
		expect(seen.alarms.map(({ id, level }) => [id, level])).toEqual([
			['run-failed', 'trouble'],
			['failing', 'warning'],
		]);
		expect(
			deskHtml(seen, {
				forms: { release: null, approve: null, rollBack: null, act: null },
				report: null,
				self: '',
			}),
		).toContain('Most of execution 42 of news failed');
		expect(metricsText(seen)).toContain('release_gate_failed_runs{spine="news"} 1');
		clock.at += DAY + 1;
		const later = await desk();
		expect(later.alarms.map(({ id }) => id)).not.toContain('run-failed');
		expect(metricsText(later)).toContain('release_gate_failed_runs{spine="news"} 0');
	});

	it('is not told again of its slot, where that says it already; nor once a later run sent them', async () => {
		await run(41, [], [0, 1, 2]);
		clock.at += RUN_QUIET;
		expect((await desk()).alarms.map(({ id }) => id)).toEqual(['failing']);
		await run(42, [0, 1, 2], []);
		clock.at += RUN_QUIET;
		expect((await desk()).alarms).toEqual([]);
		expect(metricsText(await desk())).toContain('release_gate_failed_runs{spine="news"} 0');
	});
});
