import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeSilence, silenceSentence, type ClosedSlot } from '../../../core/stability/silence';
import { slotOf } from './observation';

const counted = slotOf(3);

/** A closed slot of a live spine in which nobody asked for the 100 deliveries the slot before lets expect. */
const closed = (change: Partial<ClosedSlot> = {}): ClosedSlot => ({
	slot: counted.slot,
	opensAt: counted.opensAt,
	closesAt: counted.closesAt,
	counts: null,
	overdue: null,
	unread: false,
	servedBefore: 100,
	paused: false,
	mode: 'live',
	configuredAt: counted.opensAt - 1,
	...change,
});

const unsent = { committed: 0, onTime: 0 };
const asked = slotOf(3, { ...unsent, registered: 0 });

describe('judgeSilence', () => {
	it.each<readonly [string, Partial<ClosedSlot>, object]>([
		[
			'nobody asked, and the slot before was served',
			{},
			{ due: 100, known: false, stoppedAt: 'nobody-asked' },
		],
		['nobody asked, and HubSpot names 7', { overdue: 7 }, { due: 7, known: true, stoppedAt: 'nobody-asked' }],
		[
			'the contacts could not be read',
			{ counts: asked, unread: true },
			{ due: 100, known: false, stoppedAt: 'contacts-unread' },
		],
		[
			'somebody asked, registered nobody, and HubSpot names 3',
			{ counts: asked, overdue: 3 },
			{ due: 3, known: true, stoppedAt: 'nothing-registered' },
		],
		[
			'registered and never claimed',
			{ counts: slotOf(3, { ...unsent, missed: 100 }) },
			{ due: 100, known: true, stoppedAt: 'nothing-claimed' },
		],
		[
			'all failed',
			{ counts: slotOf(3, { ...unsent, failedForGood: 100, failures: { generation: 100 } }) },
			{ due: 100, known: true, stoppedAt: 'nothing-sent' },
		],
	])('is loud when %s', (_when, change, verdict) => {
		expect(judgeSilence(closed(change))).toEqual({ status: 'silent', ...verdict });
	});

	it.each<readonly [string, Partial<ClosedSlot>, string]>([
		['one delivery was sent', { counts: slotOf(3, { committed: 1, missed: 99 }) }, 'served'],
		['a send is in doubt', { counts: slotOf(3, { ...unsent, inDoubt: 1, missed: 99 }) }, 'served'],
		['a send is under way', { counts: slotOf(3, { ...unsent, open: 1 }) }, 'open'],
		['somebody asked and nobody was due', { counts: asked }, 'nothing-due'],
		['nobody asked and HubSpot says nobody was due', { overdue: 0 }, 'nothing-due'],
		['nobody asked in a spine that never served anybody', { servedBefore: 0 }, 'nothing-due'],
		['all that was registered was held', { counts: slotOf(3, { ...unsent, held: 100 }) }, 'nothing-due'],
		['it was paused', { paused: true }, 'excused'],
		['it rehearses', { mode: 'dry-run' }, 'excused'],
		['its settings changed within the slot', { configuredAt: counted.opensAt + 1 }, 'excused'],
	])('is quiet when %s', (_when, change, status) => {
		expect(judgeSilence(closed(change))).toEqual({ status });
	});

	const count = fc.nat({ max: 5 });
	const anySlot = fc
		.record({
			registered: count,
			committed: count,
			inDoubt: count,
			open: count,
			missed: count,
			held: count,
			failed: count,
			asked: fc.boolean(),
			overdue: fc.option(count),
			unread: fc.boolean(),
			servedBefore: count,
			paused: fc.boolean(),
			mode: fc.constantFrom('live' as const, 'dry-run' as const),
			configured: fc.integer({ min: -2, max: 2 }),
		})
		.map(({ asked: known, overdue, unread, servedBefore, paused, mode, configured, failed, ...parts }) => {
			const { committed, inDoubt, open, missed, held } = parts;
			const registered = committed + inDoubt + open + missed + held + failed;
			const failures = { generation: failed };
			const counts = known ? slotOf(3, { ...parts, registered, failedForGood: failed, failures }) : null;
			const configuredAt = counted.opensAt + configured;
			return closed({ counts, overdue, unread: known && unread, servedBefore, paused, mode, configuredAt });
		});

	it('raises no false alarm: not paused, not rehearsed, not under change, not with nothing due, not after a send', () => {
		fc.assert(
			fc.property(anySlot, (slot) => {
				const verdict = judgeSilence(slot);
				if (verdict.status !== 'silent') return;
				const { counts, overdue, servedBefore } = slot;
				expect(slot).toMatchObject({ paused: false, mode: 'live' });
				expect(slot.configuredAt).toBeLessThanOrEqual(slot.opensAt);
				expect((counts?.committed ?? 0) + (counts?.inDoubt ?? 0) + (counts?.open ?? 0)).toBe(0);
				const toBeDelivered = (counts?.registered ?? 0) - (counts?.held ?? 0);
				expect(toBeDelivered + (overdue ?? servedBefore)).toBeGreaterThan(0);
				expect(verdict.due).toBeGreaterThan(0);
				if (overdue === 0) expect(toBeDelivered).toBeGreaterThan(0);
			}),
			{ numRuns: 20_000 },
		);
	});

	it('leaves no silence out: what was known to be due in a live slot and not sent is told, or still under way', () => {
		fc.assert(
			fc.property(anySlot, (slot) => {
				const due = (slot.counts?.registered ?? 0) - (slot.counts?.held ?? 0) + (slot.overdue ?? 0);
				const sent = (slot.counts?.committed ?? 0) + (slot.counts?.inDoubt ?? 0);
				const atWork = slot.paused || slot.mode === 'dry-run' || slot.configuredAt > slot.opensAt;
				if (due === 0 || sent > 0 || atWork) return;
				expect(['silent', 'open']).toContain(judgeSilence(slot).status);
			}),
			{ numRuns: 20_000 },
		);
	});

	it('says what was due and where it stopped', () => {
		const verdict = { status: 'silent', due: 1, known: true, stoppedAt: 'nothing-claimed' } as const;
		expect(silenceSentence('content-delivery', '2026-11-08', verdict)).toBe(
			'The spine content-delivery was silent in all of slot 2026-11-08: 1 delivery was due, and nothing was sent. Registered and never claimed: see where the items end between Due Deliveries and Idempotency Check.',
		);
		expect(
			silenceSentence('s', 't', { ...verdict, due: 9, known: false, stoppedAt: 'nobody-asked' }),
		).toContain('about as many deliveries as the 9 of the slot before were to be expected');
	});
});
