import type { SparseParameters } from '../../core/audit/fingerprint';
import { nextSlot, parseCadence, slotAt, slotByIndex, type Slot } from '../../core/delivery/cadence';
import type { LedgerEvent } from '../../core/delivery/events';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import type { Instant, Milliseconds } from '../../core/delivery/types';
import type { Published, SpineSight } from '../../core/desk/model';
import { inDoubtIn, type SlotSight } from '../../core/desk/slot';
import { ReleaseGateError } from '../../core/errors';
import type { Released } from '../../core/release/released';
import { lookSchema } from '../../core/stability/documents';
import { type FailedRun, failedRuns } from '../../core/stability/failed-run';
import type { DeskLedger } from '../ledger/desk';
import { documentOf } from '../ledger/documents';
import type { WorkflowHost } from '../ports/workflows';
import { intervalsOf } from '../report/gather';
import { comparePublished, publishedAt, releasedOf } from '../release';
import { lastClosedSlot } from '../watch/overdue';
import type { Ledger } from '../ledger/api';

/** What the desk reads from. */
export interface DeskPorts {
	readonly ledger: Ledger;
	readonly now: () => Instant;
	/** The n8n whose published workflows are looked at; `null` where none is connected. */
	readonly workflows: Pick<WorkflowHost, 'read'> | null;
	/** How that n8n writes parameters. */
	readonly sparse?: SparseParameters;
}

/** Slots that are counted: the open one and the one before it. */
const SLOTS = 2;

/** Slots ahead that are shown. */
const AHEAD = 3;

/** Most deliveries in doubt that are shown of a spine. */
const DOUBTS = 20;

/** How many of the newest events are looked through for what happened to a spine. */
export const WITHIN = 5_000;

const byOf = ({ data }: LedgerEvent): string | null => {
	const by = typeof data === 'object' && data !== null && 'by' in data ? data.by : null;
	return typeof by === 'string' ? by : null;
};

const newestOf = async (
	desk: DeskLedger,
	spine: string,
	kinds: readonly string[],
): Promise<LedgerEvent | null> => (await desk.newest({ spine, kinds, limit: 1, within: WITHIN }))[0] ?? null;

/** What the cadence says; nothing where this version cannot read it. */
function slotsOf(
	record: SpineRecord,
	now: Instant,
): {
	openSlot: Slot | null;
	closedSlot: Slot | null;
	next: readonly Slot[];
	intervalMs: Milliseconds | null;
	unreadable: string | null;
} {
	try {
		const parsed = parseCadence(record.settings.cadence);
		const closed = lastClosedSlot(parsed, now);
		const first = nextSlot(parsed, now);
		const next = Array.from({ length: AHEAD }, (_, at) => slotByIndex(parsed, first.index + at));
		return {
			openSlot: slotAt(parsed, now),
			closedSlot: closed !== null && closed.opensAt >= record.updatedAt ? closed : null,
			next,
			intervalMs: parsed.everyMs,
			unreadable: null,
		};
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		return { openSlot: null, closedSlot: null, next: [], intervalMs: null, unreadable: error.message };
	}
}

/**
 * How what is published stands to what was released. Where no n8n is connected, what somebody saw last counts: a run of
 * the spine or the monitor.
 */
async function publishedOf(
	{ workflows, sparse, now }: DeskPorts,
	released: Released | null,
): Promise<Published> {
	if (released === null) return { status: 'nothing-released' };
	const told: Published =
		released.told === null
			? { status: 'as-released' }
			: { status: 'ungated', differences: released.told.differences, since: released.told.at };
	if (workflows === null) return told;
	const found = await comparePublished(released, (id) => publishedAt(workflows, id), sparse, now());
	return found.status === 'ungated' ? { ...found, since: released.told?.at ?? null } : found;
}

async function lookAt({ ledger }: DeskPorts, spine: string): Promise<SpineSight['look']> {
	const [record] = await ledger.records.list({ kind: 'verdict', spine, limit: 1 });
	if (record === undefined) return null;
	const { at, verdict, errorBudget } = documentOf(record, lookSchema);
	return { at, sentence: verdict?.sentence ?? null, verdict: verdict?.verdict ?? null, errorBudget };
}

/** What a run told of contacts it could not read, unless somebody was registered since. */
function unreadOf(told: LedgerEvent | null, registered: LedgerEvent | null): SpineSight['unread'] {
	if (told === null || (registered !== null && registered.at > told.at)) return null;
	const { data } = told;
	const { reason, handedOut } = data !== null && typeof data === 'object' ? (data as UnreadData) : {};
	return {
		at: told.at,
		reason: typeof reason === 'string' && reason !== '' ? reason : 'unknown',
		handedOut: typeof handedOut === 'number' ? handedOut : 0,
	};
}

/** What stands in such an event, as far as this reads it. */
interface UnreadData {
	readonly reason?: unknown;
	readonly handedOut?: unknown;
}

/** Runs in which most failed. Nothing is read where nothing failed. */
async function failedIn(
	{ ledger, now }: DeskPorts,
	spine: string,
	slots: readonly SlotSight[],
): Promise<readonly FailedRun[]> {
	const well = slots.filter((slot) => slot.states.failed + inDoubtIn(slot) === 0);
	if (well.length === slots.length) return [];
	const claims = await ledger.desk.claims(
		spine,
		SLOTS,
		well.map(({ slot }) => slot),
	);
	const at = now();
	return claims.flatMap((one) => failedRuns(one, at)).sort((a, b) => b.at - a.at);
}

/** Everything about one spine. Cost: its two newest slots, and the newest events. Throws what the ledger and n8n throw. */
export async function sightOf(ports: DeskPorts, record: SpineRecord): Promise<SpineSight> {
	const { ledger, now } = ports;
	const { settings, paused, pauseReason, pausedAt } = record;
	const { spine } = settings;
	const at = now();
	const cadence = slotsOf(record, at);
	const slots = await ledger.desk.slots(spine, SLOTS);
	const open = slots.find(({ slot }) => slot === cadence.openSlot?.id) ?? null;
	const released = await releasedOf(ports, spine);
	const stopped = paused ? await newestOf(ledger.desk, spine, ['spine.paused']) : null;
	const unread = await newestOf(ledger.desk, spine, ['contacts.unread']);
	const registered = await newestOf(ledger.desk, spine, ['deliveries.due', 'deliveries.held']);
	const silent = await newestOf(ledger.desk, spine, ['spine.silent', 'slot.missed']);
	return {
		spine,
		state: paused ? 'paused' : settings.mode === 'live' ? 'live' : 'rehearsal',
		pause: paused ? { by: stopped && byOf(stopped), reason: pauseReason, at: pausedAt } : null,
		strictness: settings.strictness ?? 'doctrine',
		policy: settings.policy,
		inDoubt: settings.inDoubt,
		...cadence,
		open,
		last: slots.find((slot) => slot !== open) ?? null,
		failedRuns: await failedIn(ports, spine, slots),
		runs: released && {
			release: released.now.release,
			version: released.now.version,
			workflow: released.now.workflow,
			at: released.now.at,
			by: released.now.by,
		},
		published: await publishedOf(ports, released),
		doubts: await ledger.desk.doubts(
			spine,
			DOUBTS,
			// Those were counted just now: they need not be looked through again.
			slots.filter((slot) => inDoubtIn(slot) === 0).map(({ slot }) => slot),
		),
		intervals: await intervalsOf(ledger, spine, [...slots].reverse()),
		configuredAt: record.updatedAt,
		unread: unreadOf(unread, registered),
		silent: silent && { at: silent.at, slot: silent.subject ?? '', sentence: silent.sentence },
		look: await lookAt(ports, spine),
	};
}
