import { withoutDrillCopies } from '../../core/delivery/drill-copy';
import { z } from 'zod';
import { parseCadence, slotByIndex, type ParsedCadence, type Slot } from '../../core/delivery/cadence';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import {
	judgeSilence,
	silenceSentence,
	type ClosedSlot,
	type SilenceVerdict,
} from '../../core/stability/silence';
import type { Ledger } from '../ledger/api';
import { documentOf } from '../ledger/documents';
import { sealedSince } from './chain';
import { lastClosedSlot, neverRegistered } from './overdue';
import type { StabilityPorts } from './ports';

/** What a look needs; `directory` is `null` where no account is connected. */
type Ports = Pick<StabilityPorts, 'ledger' | 'directory' | 'now'>;

/** Slots before the closed one in which somebody who was served is looked for. */
const LOOK_BACK = 4;

/** A slot in which a spine stayed silent, told once. */
export interface Silence {
	readonly spine: string;
	readonly slot: string;
	readonly verdict: Extract<SilenceVerdict, { status: 'silent' }>;
	readonly sentence: string;
}

/** What the ledger keeps of a spine (record kind `silence`): the newest closed slot that was judged. */
const judgedSchema = z.object({ slot: z.string(), status: z.string(), at: z.number() });

/** What happened to the spine while the slot was open, as the events tell. */
async function within(
	ledger: Ledger,
	{ settings, paused, pausedAt }: SpineRecord,
	slot: Slot,
): Promise<Pick<ClosedSlot, 'paused' | 'unread'>> {
	while ((await ledger.events.seal()) > 0);
	let [wasPaused, unread] = [paused && (pausedAt ?? 0) < slot.closesAt, false];
	for await (const page of sealedSince(ledger.events, slot.opensAt)) {
		for (const { kind, spine, subject, at } of page) {
			if (spine !== settings.spine) continue;
			// What is resumed after the slot opened and was not paused within it was paused when it opened.
			wasPaused ||= (kind === 'spine.paused' && at < slot.closesAt) || kind === 'spine.resumed';
			unread ||= kind === 'contacts.unread' && subject === slot.id;
		}
	}
	return { paused: wasPaused, unread };
}

/** Contacts overdue, `null` where nobody can tell. */
async function overdueIn(
	{ ledger, directory, now }: Ports,
	spine: SpineRecord,
	slot: Slot,
): Promise<number | null> {
	if (directory === null) return null;
	try {
		return (await neverRegistered(ledger, directory, spine, slot, now())).length;
	} catch {
		return null;
	}
}

async function factsOf(
	ports: Ports,
	spine: SpineRecord,
	parsed: ParsedCadence,
	slot: Slot,
): Promise<ClosedSlot> {
	const { deliveries } = ports.ledger;
	const { spine: name, mode } = spine.settings;
	await deliveries.sweep(name);
	const from = slotByIndex(parsed, Math.max(0, slot.index - LOOK_BACK)).opensAt;
	const seen = await deliveries.statistics({ spine: name, space: 'live', from, to: slot.opensAt + 1 });
	const before = seen.filter(({ opensAt }) => opensAt < slot.opensAt).at(-1);
	return {
		slot: slot.id,
		opensAt: slot.opensAt,
		closesAt: slot.closesAt,
		counts: seen.find((one) => one.slot === slot.id) ?? null,
		overdue: mode === 'live' ? await overdueIn(ports, spine, slot) : null,
		servedBefore: before ? before.registered - before.held : 0,
		mode,
		configuredAt: spine.updatedAt,
		...(await within(ports.ledger, spine, slot)),
	};
}

/**
 * Looks whether a spine stayed silent in its newest closed slot, and tells it once, whoever looks and however often: the
 * event `spine.silent` and the word that it was told stand in one transaction. Needs no run of the spine's own workflow.
 * `null` when there is nothing to tell, or somebody told it. Throws what the ledger throws.
 */
export async function tellSilence(ports: Ports, spine: SpineRecord): Promise<Silence | null> {
	const { ledger } = ports;
	const name = spine.settings.spine;
	const parsed = parseCadence(spine.settings.cadence);
	const slot = lastClosedSlot(parsed, ports.now());
	if (slot === null) return null;
	const [record] = await ledger.records.get('silence', [name]);
	if (record && documentOf(record, judgedSchema).slot === slot.id) return null;
	const verdict = judgeSilence(await factsOf(ports, spine, parsed, slot));
	if (verdict.status === 'open') return null;
	const told =
		verdict.status === 'silent' ? { verdict, sentence: silenceSentence(name, slot.id, verdict) } : null;
	const body = { slot: slot.id, status: verdict.status, at: ports.now() };
	const written = await ledger.records.write(
		[
			{
				kind: 'silence',
				id: name,
				spine: name,
				parent: null,
				body,
				expectedRevision: record?.revision ?? 0,
			},
		],
		told === null
			? []
			: [
					{
						kind: 'spine.silent',
						spine: name,
						subject: slot.id,
						sentence: told.sentence,
						data: {
							due: told.verdict.due,
							known: told.verdict.known,
							stoppedAt: told.verdict.stoppedAt,
							opensAt: slot.opensAt,
							closesAt: slot.closesAt,
						},
					},
				],
	);
	return told === null || written.status !== 'written' ? null : { spine: name, slot: slot.id, ...told };
}

/** The same over every spine of the ledger, or one; what each has to tell. An unknown spine has nothing. */
export async function tellSilences(ports: Ports, only?: string): Promise<readonly Silence[]> {
	const spines = withoutDrillCopies(await ports.ledger.spines.list());
	const told: Silence[] = [];
	for (const spine of spines.filter(({ settings }) => only === undefined || settings.spine === only)) {
		const silence = await tellSilence(ports, spine);
		if (silence) told.push(silence);
	}
	return told;
}
