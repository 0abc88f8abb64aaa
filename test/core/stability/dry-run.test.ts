import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCadence } from '../../../core/delivery/cadence';
import type { Fingerprint } from '../../../core/audit';
import type { DeliveryRecord } from '../../../core/delivery/record';
import type { DeliveryState } from '../../../core/delivery/types';
import { assessDryRun, type Rehearsal } from '../../../core/stability/dry-run';

const cadence = parseCadence({ every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC' });

const record = (state: DeliveryState, recipient: string): DeliveryRecord => ({
	ref: { spine: 's', space: 'dry-run:r', slot: '2026-11-20', recipient },
	state,
	opensAt: 0,
	closesAt: 1,
	cadenceIndex: 9,
	inputDigest: '',
	token: 1,
	owner: null,
	leaseUntil: null,
	attempts: 1,
	sendingSince: null,
	sentAt: null,
	committedAt: null,
	provider: null,
	providerMessageId: null,
	failureClass: null,
	retryable: false,
	reason: null,
	outcome: null,
	outcomeAt: null,
	release: null,
	variant: null,
	registeredAt: 0,
	updatedAt: 0,
	assetId: null,
});

const rehearsal = (deliveries: readonly DeliveryRecord[]): Rehearsal => ({
	deliveries,
	wouldBe: [],
	failures: new Map([
		['a', 'generation'],
		['b', 'send'],
	]),
	commits: new Set(),
	firstRun: 0,
	secondRun: 0,
	cadence,
	newestLive: null,
	nextEligibleProperty: 'next',
	ran: [],
	asked: null,
	drill: 'pass',
});

describe('a rehearsal in which nothing was delivered', () => {
	it('fails, whatever else became of its deliveries: nothing rehearsed is no pass', () => {
		const states = fc.constantFrom<DeliveryState>('due', 'held', 'claimed', 'failed', 'missed', 'in-doubt');
		fc.assert(
			fc.property(fc.array(states, { maxLength: 6 }), (all) => {
				const { status, findings } = assessDryRun(
					rehearsal(all.map((state, at) => record(state, String(at)))),
				);
				expect(status).toBe('fail');
				expect(findings.find(({ id }) => id === 'each-once')?.effect).toBe('rolls-back');
			}),
		);
	});

	it('says so', () => {
		expect(assessDryRun(rehearsal([])).sentence).toContain('Nothing was rehearsed');
	});
});

describe('a rehearsal of another version', () => {
	const version = (send: string): Fingerprint => ({
		hash: `h-${send}`,
		nodes: { Send: send, Text: 't' },
		settings: 's',
	});
	const look = (ran: readonly Fingerprint[], asked: Fingerprint | null) => {
		const { findings } = assessDryRun({ ...rehearsal([]), ran, asked });
		return findings.find(({ id }) => id === 'version');
	};

	it('fails and names the node, even when the right one ran as well (ux 7)', () => {
		expect(look([version('old')], version('new'))).toMatchObject({
			effect: 'rolls-back',
			sentence: expect.stringContaining('node Send differs'),
		});
		expect(look([version('new'), version('old')], version('new'))?.effect).toBe('rolls-back');
	});

	it('stands when the version that is asked about ran, and is unknown when nobody wrote it down', () => {
		expect(look([version('new')], version('new'))?.effect).toBe('fine');
		expect(look([], version('new'))?.effect).toBe('keeps-watching');
		expect(look([], null)?.effect).toBe('fine');
	});
});
