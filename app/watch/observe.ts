import { parseCadence, slotAt, slotsBetween, type ParsedCadence } from '../../core/delivery/cadence';
import type { DeliveryRef, Instant, Milliseconds } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';
import { CONTACTS_TARGET } from '../ledger/context';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import { deliveryKey } from '../../core/delivery/key';
import { toReleaseGateError } from '../../core/errors/unknown';
import { emptySlotsOf, releaseArm } from '../../core/stability/arms';
import type { ChainMark } from '../../core/stability/documents';
import { sum } from '../../core/stability/findings/finding';
import type {
	BaselineCounts,
	IntervalCounts,
	Observation,
	ProviderCounts,
	SlotCounts,
	SourceState,
} from '../../core/stability/observation';
import type { OutsideWord } from '../../core/stability/outside';
import { timingOf } from '../../core/stability/timing';
import { cameUnclaimedSince, hardBouncesSince, verifySince } from './chain';
import { differencesText } from '../../core/release/released';
import { lookAtPublished, publishedAt, releasedOf } from '../release';
import { lastClosedSlot, neverRegistered } from './overdue';
import type { StabilityPorts } from './ports';

const DAY: Milliseconds = 86_400_000;

/** How far back the rates before a release are read. */
const BASELINE: Milliseconds = 30 * DAY;

/** Sends sampled per slot for the timing. */
const SAMPLE = 500;

/** Slots before the release whose timing is compared with its own. */
const COMPARED = 5;

/** Postmark's bounce types that are permanent (postmarkapp.com/developer/api/bounce-api, bounce types). */
export const HARD_BOUNCES = new Set([
	'HardBounce',
	'BadEmailAddress',
	'ManuallyDeactivated',
	'SpamNotification',
	'Blocked',
]);

/** The release that is looked at. */
export interface Watched {
	readonly release: string;
	readonly shippedAt: Instant;
	/** Whether its manifest says that and why the cadence moves. */
	readonly cadenceShiftExplained: boolean;
}

export interface Observed {
	readonly observation: Observation;
	/** Up to where the chain was checked; for the next look. */
	readonly mark: ChainMark | null;
}

/** Slots that were expected to close between two instants, by id, oldest first. */
const closedBetween = (parsed: ParsedCadence, from: Instant, now: Instant): readonly string[] =>
	[...slotsBetween(parsed, from, now)].filter((slot) => slot.closesAt <= now).map((slot) => slot.id);

async function delays(
	ledger: Ledger,
	spine: string,
	slot: SlotCounts | undefined,
): Promise<readonly Milliseconds[]> {
	if (!slot) return [];
	const page = await ledger.deliveries.list({
		spine,
		space: 'live',
		slot: slot.slot,
		states: ['committed'],
		limit: SAMPLE,
	});
	return page.flatMap(({ sentAt, committedAt, opensAt }) => {
		const at = sentAt ?? committedAt;
		return at === null ? [] : [at - opensAt];
	});
}

export async function providerCounts(
	ledger: Ledger,
	spine: string,
	messages: readonly DeliveryRef[],
): Promise<ProviderCounts> {
	const times = new Map<string, { ref: DeliveryRef; count: number }>();
	for (const ref of messages.filter((one) => one.spine === spine)) {
		const key = deliveryKey(ref);
		const known = times.get(key);
		if (known) known.count += 1;
		else times.set(key, { ref, count: 1 });
	}
	const entries = [...times.values()];
	const records = await ledger.deliveries.get(entries.map(({ ref }) => ref));
	return {
		messages: entries.reduce((total, { count }) => total + count, 0),
		duplicates: entries.filter(({ count }) => count > 1).length,
		// A delivery the ledger granted has a token; one that was pruned is older than any release under watch.
		unclaimed: records.filter((record) => record === null || record.token === 0).length,
	};
}

interface Part<T> {
	readonly value: T | null;
	readonly source: SourceState;
}

/** A source that may fail without failing the look: then its part is unknown, and unknown is never stable. */
async function part<T>(name: string, now: Instant, read: () => Promise<T>): Promise<Part<T>> {
	try {
		return { value: await read(), source: { name, readable: true, at: now } };
	} catch (error) {
		const { message } = toReleaseGateError(error);
		return { value: null, source: { name, readable: false, at: now, problem: message } };
	}
}

const none: IntervalCounts = { compared: 0, compressed: 0, stretched: 0, shifted: 0 };

async function overdue(ports: StabilityPorts, spine: SpineRecord, shippedAt: Instant): Promise<number> {
	const slot = lastClosedSlot(parseCadence(spine.settings.cadence), ports.now());
	if (slot === null || slot.closesAt <= shippedAt || !ports.directory) return 0;
	return (await neverRegistered(ports.ledger, ports.directory, spine, slot, ports.now())).length;
}

async function figures(ports: StabilityPorts, spine: SpineRecord, shippedAt: Instant) {
	const { deliveries } = ports.ledger;
	const { cadence, spine: name } = spine.settings;
	const now = ports.now();
	const parsed = parseCadence(cadence);
	const from = slotAt(parsed, shippedAt)?.opensAt ?? shippedAt;
	await deliveries.sweep(name);
	const query = { spine: name, space: 'live', from, to: now + 1 } as const;
	const all = await deliveries.statistics(query);
	const controlSlots = await deliveries.statistics({ ...query, variant: 'control' });
	const control = controlSlots.filter((slot) => slot.registered > 0);
	const earlier = await deliveries.statistics({ ...query, from: from - BASELINE, to: from });
	const slots = releaseArm(all, control);
	const before: BaselineCounts = {
		committed: sum(earlier, (slot) => slot.committed),
		bounced: sum(earlier, (slot) => slot.bounced),
	};
	const newest = all.filter((slot) => slot.committed > 0 && slot.opensAt >= shippedAt).at(-1);
	const known = [...earlier, ...all.filter((slot) => slot.opensAt < shippedAt)];
	const compared = known.filter((slot) => slot.committed > 0).slice(-COMPARED);
	return {
		slots,
		control,
		before,
		intervals: await deliveries.intervals({ ...query, from: shippedAt }),
		timing: timingOf(
			await delays(ports.ledger, name, newest),
			await Promise.all(compared.map((slot) => delays(ports.ledger, name, slot))),
			parsed.everyMs,
		),
		expected: closedBetween(parsed, shippedAt, now),
		hadRecipients:
			earlier.some((slot) => slot.registered > 0) ||
			all.some((slot) => slot.registered > 0 && slot.opensAt < shippedAt),
	};
}

/** How what is published differs from what was released: by a look of its own, or by what others told. */
async function ungatedNow(ports: StabilityPorts, spine: string): Promise<string | null> {
	const { workflows, sparse, by } = ports;
	if (workflows) {
		const found = await lookAtPublished(ports, (id) => publishedAt(workflows, id), spine, sparse, by);
		return found && differencesText(found.differences);
	}
	const told = (await releasedOf(ports, spine))?.told ?? null;
	return told && differencesText(told.differences);
}

/**
 * Looks at a release: the ledger's figures since it shipped, the contact directory for who is overdue, the chain since
 * the last look, and whatever was handed in from outside. Reads only (apart from the sweep, which brings the record up
 * to date). `spine` is `null` for a product without deliveries. A source that cannot be read is named in `sources`.
 */
export async function observeRelease(
	ports: StabilityPorts,
	spine: SpineRecord | null,
	watched: Watched,
	outside: OutsideWord,
	mark: ChainMark | null,
): Promise<Observed> {
	const now = ports.now();
	const { ledger } = ports;
	const { release, shippedAt, cadenceShiftExplained } = watched;
	const chain = await part('event chain', now, () => verifySince(ledger.events, mark, shippedAt));
	const counted = spine ? await part('ledger', now, () => figures(ports, spine, shippedAt)) : null;
	const asked =
		spine && ports.directory ? await part('HubSpot', now, () => overdue(ports, spine, shippedAt)) : null;
	const name = spine?.settings.spine ?? '';
	const told = outside.messages;
	const provider =
		spine && told ? await part('provider', now, () => providerCounts(ledger, name, told)) : null;
	const bounced = sum(counted?.value?.slots ?? [], (slot) => slot.bounced);
	const hard =
		spine && bounced > 0
			? await part('bounce events', now, () =>
					hardBouncesSince(ledger.events, name, shippedAt, (detail) => HARD_BOUNCES.has(detail)),
				)
			: null;
	const came = spine
		? await part('refusals', now, () => cameUnclaimedSince(ledger.events, name, shippedAt))
		: null;
	const gated = spine ? await part('published version', now, () => ungatedNow(ports, name)) : null;
	const outbox = spine ? await part('outbox', now, () => ledger.outbox.backlog(CONTACTS_TARGET)) : null;
	const unread = outside.unread.map((problem): SourceState => ({
		name: 'items',
		readable: false,
		at: now,
		problem,
	}));
	const oldest = outbox?.value?.oldestAt ?? null;
	const never = asked?.value ?? null;
	const seen = counted?.value;
	const observation: Observation = {
		now,
		release,
		shippedAt,
		slots: seen?.slots ?? [],
		control: seen?.control ?? [],
		before: seen?.before ?? { committed: 0, bounced: 0 },
		intervals: seen?.intervals ?? none,
		timing: seen?.timing ?? null,
		provider: provider?.value ?? null,
		neverRegistered: never,
		emptySlots: seen ? emptySlotsOf(seen.expected, seen.slots, seen.hadRecipients, never) : 0,
		cameUnclaimed: came?.value ?? 0,
		ungated: gated?.value ?? null,
		outboxOldestMs: oldest === null ? null : Math.max(0, now - oldest),
		chain: chain.value?.chain ?? 'unknown',
		cadenceShiftExplained,
		hardBounces: hard === null ? 0 : hard.value,
		metrics: outside.metrics,
		reports: outside.reports,
		brokenFeatures: outside.brokenFeatures,
		sources: [chain, counted, asked, provider, hard, came, gated, outbox]
			.flatMap((one) => (one ? [one.source] : []))
			.concat(unread),
	};
	return { observation, mark: chain.value?.mark ?? mark };
}
