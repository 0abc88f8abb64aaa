import { differencesOf, type Fingerprint } from '../audit/fingerprint';
import { type ParsedCadence, slotById } from '../delivery/cadence';
import { readInstant } from '../delivery/eligibility';
import type { Instant } from '../delivery/types';
import type { DeliveryRecord } from '../delivery/record';
import type { OutboxEntry } from '../delivery/outbox';
import type { MachineAnswer, MachineReport } from '../release/machines/report';
import { counted, type Finding } from './findings/finding';
import type { SlotCounts } from './observation';

/** Everything a rehearsal left behind in its own key space, beside what it is held against. */
export interface Rehearsal {
	/** Every delivery of the key space. */
	readonly deliveries: readonly DeliveryRecord[];
	/** What would have been written to the CRM. */
	readonly wouldBe: readonly OutboxEntry[];
	/** Failures by delivery and token, from the events: `slot:recipient:token` -> stage. */
	readonly failures: ReadonlyMap<string, string>;
	/** Commits by delivery and token, from the events. */
	readonly commits: ReadonlySet<string>;
	/** How many emails each of the two runs would have sent; `null` when nobody told. */
	readonly firstRun: number | null;
	readonly secondRun: number | null;
	/** The live rhythm: the cadence in force, and the newest slot the live spine served. */
	readonly cadence: ParsedCadence;
	readonly newestLive: SlotCounts | null;
	/** Property the next eligible time is written to. */
	readonly nextEligibleProperty: string;
	/** What ran in the key space, as it was written down while it ran; empty when nobody did. */
	readonly ran: readonly Fingerprint[];
	/** The workflow that the answer is for; `null` when none is named. */
	readonly asked: Fingerprint | null;
	/** The answer of the rollback drill for this release; `null` when there is none. */
	readonly drill: 'pass' | 'fail' | 'unknown' | null;
}

export interface DryRunVerdict {
	readonly status: 'pass' | 'fail' | 'unknown';
	readonly findings: readonly Finding[];
	readonly sentence: string;
}

const verdictOf = (id: string, bad: string, fine: string, unknown = ''): Finding =>
	bad !== ''
		? { id, effect: 'rolls-back', sentence: bad }
		: unknown !== ''
			? { id, effect: 'keeps-watching', sentence: unknown }
			: { id, effect: 'fine', sentence: fine };

/** Each due contact once: committed, failed, or held with a reason; none of it twice, none left in the middle. */
function eachOnce({ deliveries, wouldBe, firstRun }: Rehearsal): Finding {
	const left = deliveries.filter(({ state }) => ['due', 'claimed', 'sending', 'in-doubt'].includes(state));
	const committed = deliveries.filter(({ state }) => state === 'committed');
	const written = new Map<string, number>();
	for (const { ref } of wouldBe) {
		const key = `${ref.slot}:${ref.recipient}`;
		written.set(key, (written.get(key) ?? 0) + 1);
	}
	const twice = [...written.values()].filter((count) => count > 1).length;
	const other = firstRun !== null && firstRun !== committed.length;
	return verdictOf(
		'each-once',
		twice > 0
			? `${counted(twice, 'contact', 'contacts')} would have been written more than once.`
			: other
				? `The first run would have sent ${firstRun} emails, but ${committed.length} deliveries were committed.`
				: left.length > 0
					? `${counted(left.length, 'delivery', 'deliveries')} ended neither sent nor failed.`
					: committed.length === 0
						? 'Nothing was rehearsed: no delivery of the dry run came to its commit.'
						: '',
		`Each of ${committed.length} contacts once.`,
	);
}

function secondRunDuplicates({ secondRun, deliveries }: Rehearsal): Finding {
	const again = deliveries.filter(
		({ state, attempts, failureClass }) => state === 'committed' && failureClass === null && attempts > 1,
	).length;
	return verdictOf(
		'second-run',
		secondRun !== null && secondRun > 0
			? `The second run would have sent ${counted(secondRun, 'email', 'emails')} again.`
			: again > 0
				? `${counted(again, 'delivery was', 'deliveries were')} claimed more than once.`
				: '',
		'The second run would have sent nothing: all duplicates.',
		secondRun === null ? 'Nobody told what the second run did.' : '',
	);
}

function confirmedFirst({ deliveries }: Rehearsal): Finding {
	const early = deliveries.filter(
		({ state, sendingSince, committedAt }) =>
			state === 'committed' && (sendingSince === null || (committedAt ?? 0) < sendingSince),
	).length;
	return verdictOf(
		'no-early-commit',
		early > 0 ? `${counted(early, 'delivery was', 'deliveries were')} committed before the send step.` : '',
		'No commit before the send step.',
	);
}

function inRhythm({ deliveries, wouldBe, cadence, newestLive, nextEligibleProperty }: Rehearsal): Finding {
	const opening = (slot: string): { opensAt: Instant; nextOpensAt: Instant; index: number } | null => {
		try {
			return slotById(cadence, slot);
		} catch {
			return null;
		}
	};
	const off = deliveries.filter(({ ref, opensAt, cadenceIndex }) => {
		const slot = opening(ref.slot);
		return slot === null || slot.opensAt !== opensAt || slot.index !== cadenceIndex;
	}).length;
	const next = wouldBe.filter(({ ref, payload }) => {
		const { properties } = payload as { properties?: Readonly<Record<string, string>> };
		const at = readInstant(properties?.[nextEligibleProperty] ?? '');
		return at === null || at !== opening(ref.slot)?.nextOpensAt;
	}).length;
	const live = newestLive !== null && opening(newestLive.slot)?.opensAt !== newestLive.opensAt;
	return verdictOf(
		'in-rhythm',
		off > 0
			? `${counted(off, 'delivery lies', 'deliveries lie')} outside the rhythm of the live spine.`
			: next > 0
				? `${counted(next, 'next date is', 'next dates are')} not the opening of the next slot.`
				: live
					? `The live spine served slot ${newestLive.slot}, which the cadence in force does not have: it moved.`
					: '',
		newestLive === null
			? 'Slots and next dates are in the rhythm of the cadence; nothing was live yet to compare with.'
			: `Slots and next dates are in the rhythm of the live slot ${newestLive.slot}.`,
	);
}

/** Forced failures at generate and at send must end in fail: never in a commit under the same claim, nor in a write. */
function failuresEndInFail({ failures, commits, deliveries, wouldBe }: Rehearsal): Finding {
	const both = [...failures.keys()].filter((name) => commits.has(name)).length;
	const failed = deliveries
		.filter(({ state }) => state === 'failed')
		.map(({ ref }) => `${ref.slot}:${ref.recipient}`);
	const written = wouldBe.filter(({ ref }) => failed.includes(`${ref.slot}:${ref.recipient}`)).length;
	const stages = new Set(failures.values());
	const lacking = ['generation', 'send'].filter((stage) => !stages.has(stage));
	return verdictOf(
		'failures-fail',
		both > 0
			? `${counted(both, 'failed delivery was', 'failed deliveries were')} committed all the same.`
			: written > 0
				? `${counted(written, 'failed delivery', 'failed deliveries')} would have been written to the CRM.`
				: '',
		'Forced failures at generate and at send ended in fail.',
		lacking.length > 0 ? `No failure at ${lacking.join(' and ')} was forced.` : '',
	);
}

/** What was rehearsed is what the answer is for: not the version of before, nor a draft that somebody went on with. */
function sameVersion({ ran, asked }: Rehearsal): Finding {
	const other = asked === null ? undefined : ran.find(({ hash }) => hash !== asked.hash);
	return verdictOf(
		'version',
		asked !== null && other !== undefined
			? `Another version than the one that is asked about ran in this dry run: ${differencesOf(asked, other).slice(0, 5).join('; ')}. Rehearse the version again under a new label.`
			: '',
		asked === null
			? 'No workflow was named to compare with.'
			: 'The version that is asked about was rehearsed, and no other.',
		asked !== null && ran.length === 0
			? 'Nobody wrote down which version was rehearsed: rehearsals pass through Release Gate (Route Deliveries).'
			: '',
	);
}

function drillHolds({ drill }: Rehearsal): Finding {
	return verdictOf(
		'drill',
		drill === 'fail' ? 'The rollback drill did not restore everything.' : '',
		'The rollback drill holds.',
		drill === null
			? 'No rollback drill was recorded.'
			: drill === 'unknown'
				? 'The rollback drill could not tell.'
				: '',
	);
}

/**
 * Judges a rehearsal. Fail when one proof fails, unknown when one is missing, pass only when every proof stands.
 */
export function assessDryRun(rehearsal: Rehearsal): DryRunVerdict {
	const findings = [
		eachOnce,
		sameVersion,
		secondRunDuplicates,
		confirmedFirst,
		inRhythm,
		failuresEndInFail,
		drillHolds,
	].map((proof) => proof(rehearsal));
	const bad = findings.filter(({ effect }) => effect === 'rolls-back');
	const open = findings.filter(({ effect }) => effect === 'keeps-watching');
	const status = bad.length > 0 ? 'fail' : open.length > 0 ? 'unknown' : 'pass';
	const said = bad.length > 0 ? bad : open.length > 0 ? open : findings;
	return { status, findings, sentence: said.map(({ sentence }) => sentence).join(' ') };
}

/**
 * The rehearsal's answers to the checks of the doctrines, bound to the workflow that was rehearsed. The drill has a check
 * of its own; here it only keeps a rehearsal from passing.
 *
 * @param hash of the rehearsed workflow, in the form in which the manifest names it
 */
export function dryRunReport({ status, sentence, findings }: DryRunVerdict, hash: string): MachineReport {
	const rhythm = findings.find(({ id }) => id === 'in-rhythm');
	const answers: readonly MachineAnswer[] = [
		...['dry-run', 'fixtures-validated'].map((check) => ({ check, status, grounds: sentence })),
		{
			check: 'cadence-not-compressed',
			status: rhythm?.effect === 'fine' ? 'pass' : 'fail',
			grounds: rhythm?.sentence ?? '',
		},
	];
	return { machine: 'dry-run', looked: { artifact: 'workflow', hash }, observed: [], answers };
}
