import type { Instant } from '../delivery/types';
import { durationMs, TIMING_GROUP, type CheckResult } from './checks';
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
	/** Set while no slot of the spine has closed, so that no budget can be measured: how many of its releases shipped so far. */
	readonly notMeasuredYet?: { readonly shipped: number };
	/** When the stabilization check last ran; absent means never. */
	readonly lastStabilityCheckAt?: Instant;
	/** When the release in question began to be deployed, while it is; windows that may be overrun look at it. */
	readonly underWaySince?: Instant;
	/** A rollback in progress blocks every promotion. */
	readonly rollbackInProgress?: boolean;
}

interface Answer {
	readonly status: CheckResult['status'];
	readonly reason: string;
	readonly remedy?: string;
}

/** What a check of the moment looks at. */
interface Moment {
	readonly policy: Policy;
	readonly kind: ReleaseKind;
	readonly facts: MomentFacts;
	readonly now: Instant;
}

/** One check of the moment; `null` where the policy does not ask it. */
interface TimingCheck {
	readonly id: string;
	readonly question: string;
	answer(moment: Moment): Answer | null;
}

const iso = (instant: Instant): string => new Date(instant).toISOString().replace('.000Z', 'Z');

const pass = (reason: string): Answer => ({ status: 'pass', reason });
const fail = (reason: string, remedy?: string): Answer => ({ status: 'fail', reason, remedy });
const unknown = (reason: string, remedy?: string): Answer => ({ status: 'unknown', reason, remedy });

/** Judges a value that must be fresh; unknown otherwise. */
function judge<T>(
	{ policy, now }: Moment,
	reading: Reading<T> | undefined,
	source: string,
	verdict: (value: T) => Answer,
	leastFreshMs = 0,
): Answer {
	if (reading === undefined) return unknown('Nobody measured it.', `Give the gate a reading of ${source}.`);
	const freshMs = Math.max(leastFreshMs, durationMs(policy.pressure.freshFor));
	if (reading.at > now || now - reading.at > freshMs)
		return unknown('The last reading is stale.', `Read ${source} again.`);
	return verdict(reading.value);
}

const checks: readonly TimingCheck[] = [
	{
		id: 'window',
		question: 'Is it inside a release window and outside every freeze?',
		answer({ policy, kind, facts, now }) {
			const window = windowState(policy.windows, now, facts.underWaySince);
			const mayIgnore = policy.kinds[kind].ignoresWindows && !window.unreadable;
			const remedy = window.nextOpensAt
				? `Ship from ${iso(window.nextOpensAt)} on.`
				: 'Mend the policy’s windows, or wait for one.';
			if (window.open) return pass(window.reason);
			return mayIgnore
				? pass(`${window.reason} A ${kind} may ship all the same.`)
				: fail(window.reason, remedy);
		},
	},
	{
		id: 'recovery-time',
		question: 'Is there time to recover before the next slot?',
		answer({ policy, facts: { nextSlotOpensAt: next }, now }) {
			const need = policy.windows.recoveryBeforeNextSlot;
			if (need === undefined) return null;
			if (next === undefined)
				return unknown('The next slot is not known.', 'Configure the spine, so that its cadence is known.');
			return next - now >= durationMs(need)
				? pass(`The next slot opens at ${iso(next)}.`)
				: fail(
						`The next slot opens at ${iso(next)}, sooner than ${need} from now.`,
						'Ship right after that slot’s deliveries.',
					);
		},
	},
	{
		id: 'quiet-now',
		question: 'Are few enough deliveries due or under way?',
		answer(moment) {
			const most = moment.policy.windows.maxDueAhead;
			if (most === undefined) return null;
			return judge(moment, moment.facts.openDeliveries, 'the ledger', (open) =>
				open <= most
					? pass(`${open} deliveries are open.`)
					: fail(
							`${open} deliveries are open, more than ${most}.`,
							'Wait until the slot’s deliveries are done.',
						),
			);
		},
	},
	{
		id: 'api-calls',
		question: 'Are enough API calls left?',
		answer(moment) {
			const least = moment.policy.pressure.minApiCallsLeft;
			if (least === undefined) return null;
			return judge(moment, moment.facts.apiCallsLeft, 'the usage of the CRM', (share) =>
				share >= least
					? pass(`${Math.round(share * 100)} % of the calls are left.`)
					: fail(`Only ${Math.round(share * 100)} % of the calls are left.`),
			);
		},
	},
	{
		id: 'onboarding',
		question: 'Is no large onboarding push under way?',
		answer(moment) {
			const most = moment.policy.pressure.maxNewContactsPerHour;
			if (most === undefined) return null;
			return judge(moment, moment.facts.newContactsLastHour, 'new contacts per hour', (count) =>
				count <= most
					? pass(`${count} new contacts in the last hour.`)
					: fail(`${count} new contacts in the last hour, more than ${most}.`),
			);
		},
	},
];

const vendorCheck = (vendor: string): TimingCheck => ({
	id: `vendor-${vendor}`,
	question: `Is ${vendor} operational?`,
	answer: (moment) =>
		judge(moment, moment.facts.vendors?.[vendor], `${vendor}’s status page`, (operational) =>
			operational
				? pass(`${vendor} reports that it is operational.`)
				: fail(`${vendor} reports an incident or maintenance.`),
		),
});

const lastChecks: readonly TimingCheck[] = [
	{
		id: 'error-budget',
		question: 'Is there error budget left?',
		answer(moment) {
			const { policy, kind, facts } = moment;
			if (policy.serviceLevels.length === 0) return null;
			const verdict = (budget: 'healthy' | 'spent'): Answer => {
				if (budget === 'healthy') return pass('The error budget is healthy.');
				return policy.kinds[kind].shipsWithSpentBudget
					? pass(`The error budget is spent; a ${kind} may ship all the same.`)
					: fail(
							'The error budget is spent; only hotfixes may ship.',
							'Wait until the service levels recover.',
						);
			};
			if (facts.errorBudget === undefined && facts.notMeasuredYet !== undefined) {
				const most = policy.firstReleases?.withoutBudget ?? 0;
				const next = facts.notMeasuredYet.shipped + 1;
				const reason = 'Not yet measured: no slot of the spine has closed.';
				return next <= most
					? pass(`${reason} The policy lets the first ${most} releases ship without; this is number ${next}.`)
					: unknown(
							reason,
							'Wait until the first slot closes and the monitor has looked, or let the first releases ship by policy (firstReleases.withoutBudget).',
						);
			}
			return judge(moment, facts.errorBudget, 'the service levels', verdict, durationMs('P1D'));
		},
	},
	{
		id: 'watcher-runs',
		question: 'Is the stabilization check running?',
		answer({ policy, facts: { lastStabilityCheckAt: last }, now }) {
			const remedy = 'Activate the stabilization monitor and let it run.';
			const { checkEvery } = policy.monitoring;
			if (last === undefined) return unknown('It has never run.', remedy);
			const reason = `It last ran at ${iso(last)}; it must run every ${checkEvery}.`;
			return last <= now && now - last <= durationMs(checkEvery) ? pass(reason) : unknown(reason, remedy);
		},
	},
	{
		id: 'no-rollback',
		question: 'Is no rollback in progress?',
		answer({ facts: { rollbackInProgress } }) {
			const remedy = 'Let the rollback finish.';
			if (rollbackInProgress === undefined) return unknown('Nobody looked.', remedy);
			return rollbackInProgress ? fail('A rollback is in progress.', remedy) : pass('None is.');
		},
	},
];

/** Every timing and pressure check the policy asks of a release at this moment. */
export function timingResults(
	policy: Policy,
	kind: ReleaseKind,
	facts: MomentFacts,
	now: Instant,
): readonly CheckResult[] {
	const asked = [...checks, ...policy.pressure.vendors.map(vendorCheck), ...lastChecks];
	return asked.flatMap((check) => {
		const answer = check.answer({ policy, kind, facts, now });
		if (answer === null) return [];
		const { status, reason, remedy = 'Wait, then evaluate again.' } = answer;
		const { id, question } = check;
		return [{ id, question, group: TIMING_GROUP, status, reason, remedy: status === 'pass' ? '' : remedy }];
	});
}
