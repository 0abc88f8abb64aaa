import type { Instant } from '../delivery/types';
import { durationMs, type CheckResult } from './checks';
import type { Policy, ReleaseKind } from './policy/schema';
import { windowState } from './windows';

/** One reading of the outside world; `null` where it could not be read. */
export interface Reading<T> {
	readonly value: T;
	readonly at: Instant;
}

/** What the gate must know about the moment. Absent or stale where the policy asks for it means unknown, and holds. */
export interface MomentFacts {
	/** Share of API calls left, the smaller of burst and daily, 0..1. */
	readonly apiCallsLeft?: Reading<number>;
	readonly newContactsLastHour?: Reading<number>;
	/** Vendor -> whether its status page says operational. */
	readonly vendors?: Readonly<Record<string, Reading<boolean>>>;
	/** When the next slot of the spine opens. */
	readonly nextSlotOpensAt?: Instant;
	/** Deliveries of the live space that are under way or due now. */
	readonly openDeliveries?: Reading<number>;
	/** `spent` leaves only hotfixes; absent where the policy has service levels means unknown. */
	readonly errorBudget?: Reading<'healthy' | 'spent'>;
	/** When the stabilization check last ran; absent means never. */
	readonly lastStabilityCheckAt?: Instant;
	/** When the release in question began to be deployed, while it is; windows that may be overrun look at it. */
	readonly underWaySince?: Instant;
	/** A rollback in progress blocks every promotion. */
	readonly rollbackInProgress?: boolean;
}

const GROUP = 'Timing and pressure';

interface Answer {
	readonly status: CheckResult['status'];
	readonly reason: string;
	readonly remedy?: string;
}

const result = (id: string, question: string, answer: Answer): CheckResult => ({
	id,
	question,
	group: GROUP,
	status: answer.status,
	reason: answer.reason,
	remedy: answer.status === 'pass' ? '' : (answer.remedy ?? 'Wait, then evaluate again.'),
});

const iso = (instant: Instant): string => new Date(instant).toISOString().replace('.000Z', 'Z');

/** Reads a value that must be fresh; unknown otherwise. */
function judge<T>(
	reading: Reading<T> | undefined,
	freshMs: number,
	now: Instant,
	verdict: (value: T) => Answer,
	source: string,
): Answer {
	if (reading === undefined)
		return {
			status: 'unknown',
			reason: `Nobody measured it.`,
			remedy: `Give the gate a reading of ${source}.`,
		};
	if (reading.at > now || now - reading.at > freshMs)
		return { status: 'unknown', reason: 'The last reading is stale.', remedy: `Read ${source} again.` };
	return verdict(reading.value);
}

/** Every timing and pressure check the policy asks of a release at this moment. */
export function timingResults(
	policy: Policy,
	kind: ReleaseKind,
	facts: MomentFacts,
	now: Instant,
): readonly CheckResult[] {
	const rules = policy.kinds[kind];
	const fresh = durationMs(policy.pressure.freshFor);
	const results: CheckResult[] = [];

	const window = windowState(policy.windows, now, facts.underWaySince);
	const mayIgnore = rules.ignoresWindows && !window.unreadable;
	results.push(
		result('window', 'Is it inside a release window and outside every freeze?', {
			status: window.open || mayIgnore ? 'pass' : 'fail',
			reason: window.open || !mayIgnore ? window.reason : `${window.reason} A ${kind} may ship all the same.`,
			remedy: window.nextOpensAt
				? `Ship from ${iso(window.nextOpensAt)} on.`
				: 'Mend the policy’s windows, or wait for one.',
		}),
	);
	if (policy.windows.recoveryBeforeNextSlot !== undefined) {
		const need = durationMs(policy.windows.recoveryBeforeNextSlot);
		const next = facts.nextSlotOpensAt;
		results.push(
			result(
				'recovery-time',
				'Is there time to recover before the next slot?',
				next === undefined
					? {
							status: 'unknown',
							reason: 'The next slot is not known.',
							remedy: 'Configure the spine, so that its cadence is known.',
						}
					: next - now >= need
						? { status: 'pass', reason: `The next slot opens at ${iso(next)}.` }
						: {
								status: 'fail',
								reason: `The next slot opens at ${iso(next)}, sooner than ${policy.windows.recoveryBeforeNextSlot} from now.`,
								remedy: 'Ship right after that slot’s deliveries.',
							},
			),
		);
	}
	if (policy.windows.maxDueAhead !== undefined) {
		const most = policy.windows.maxDueAhead;
		results.push(
			result(
				'quiet-now',
				'Are few enough deliveries due or under way?',
				judge(
					facts.openDeliveries,
					fresh,
					now,
					(open) =>
						open <= most
							? { status: 'pass', reason: `${open} deliveries are open.` }
							: {
									status: 'fail',
									reason: `${open} deliveries are open, more than ${most}.`,
									remedy: 'Wait until the slot’s deliveries are done.',
								},
					'the ledger',
				),
			),
		);
	}
	if (policy.pressure.minApiCallsLeft !== undefined) {
		const least = policy.pressure.minApiCallsLeft;
		results.push(
			result(
				'api-calls',
				'Are enough API calls left?',
				judge(
					facts.apiCallsLeft,
					fresh,
					now,
					(share) =>
						share >= least
							? { status: 'pass', reason: `${Math.round(share * 100)} % of the calls are left.` }
							: { status: 'fail', reason: `Only ${Math.round(share * 100)} % of the calls are left.` },
					'HubSpot’s usage',
				),
			),
		);
	}
	if (policy.pressure.maxNewContactsPerHour !== undefined) {
		const most = policy.pressure.maxNewContactsPerHour;
		results.push(
			result(
				'onboarding',
				'Is no large onboarding push under way?',
				judge(
					facts.newContactsLastHour,
					fresh,
					now,
					(count) =>
						count <= most
							? { status: 'pass', reason: `${count} new contacts in the last hour.` }
							: { status: 'fail', reason: `${count} new contacts in the last hour, more than ${most}.` },
					'new contacts per hour',
				),
			),
		);
	}
	for (const vendor of policy.pressure.vendors) {
		results.push(
			result(
				`vendor-${vendor}`,
				`Is ${vendor} operational?`,
				judge(
					facts.vendors?.[vendor],
					fresh,
					now,
					(operational) =>
						operational
							? { status: 'pass', reason: `${vendor} reports that it is operational.` }
							: { status: 'fail', reason: `${vendor} reports an incident or maintenance.` },
					`${vendor}’s status page`,
				),
			),
		);
	}
	if (policy.serviceLevels.length > 0) {
		results.push(
			result(
				'error-budget',
				'Is there error budget left?',
				judge(
					facts.errorBudget,
					Math.max(fresh, durationMs('P1D')),
					now,
					(budget) =>
						budget === 'healthy'
							? { status: 'pass', reason: 'The error budget is healthy.' }
							: rules.shipsWithSpentBudget
								? { status: 'pass', reason: `The error budget is spent; a ${kind} may ship all the same.` }
								: {
										status: 'fail',
										reason: 'The error budget is spent; only hotfixes may ship.',
										remedy: 'Wait until the service levels recover.',
									},
					'the service levels',
				),
			),
		);
	}
	const last = facts.lastStabilityCheckAt;
	const every = durationMs(policy.monitoring.checkEvery);
	results.push(
		result('watcher-runs', 'Is the stabilization check running?', {
			status: last !== undefined && last <= now && now - last <= every ? 'pass' : 'unknown',
			reason:
				last === undefined
					? 'It has never run.'
					: `It last ran at ${iso(last)}; it must run every ${policy.monitoring.checkEvery}.`,
			remedy: 'Activate the stabilization monitor and let it run.',
		}),
		result('no-rollback', 'Is no rollback in progress?', {
			status: facts.rollbackInProgress === undefined ? 'unknown' : facts.rollbackInProgress ? 'fail' : 'pass',
			reason:
				facts.rollbackInProgress === undefined
					? 'Nobody looked.'
					: facts.rollbackInProgress
						? 'A rollback is in progress.'
						: 'None is.',
			remedy: 'Let the rollback finish.',
		}),
	);
	return results;
}
