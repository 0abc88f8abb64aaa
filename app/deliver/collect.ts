import { minimumGapMs, parseCadence, slotAt, type Slot } from '../../core/delivery/cadence';
import { assessRecipient } from '../../core/delivery/eligibility';
import { envelopeOf } from '../../core/delivery/envelope';
import { spaceOf } from '../../core/delivery/key';
import { modeFor } from '../../core/delivery/routing';
import type { DeliveryRef, Envelope, Instant, JsonObject, Space } from '../../core/delivery/types';
import type { ReleaseGateError } from '../../core/errors';
import type { DeliveryRecord, Registration } from '../../core/delivery/record';
import type { Ledger } from '../ledger/api';
import { inputToRehearse, type MadeUp } from '../../core/delivery/made-up';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import { toGateError } from '../../core/errors/unknown';
import type { Merges, Recipient, RecipientPage } from './recipients';

/** Records per page of frozen deliveries. */
const PAGE = 500;

/** One delivery that is handed out: what the item will carry, and the input item it came from. */
export interface Due {
	readonly delivery: Envelope;
	/** The frozen input. */
	readonly contact: JsonObject;
	readonly item: number;
}

/** What one run found. Every recipient that was read is counted exactly once, apart from `again` and `waiting`. */
export interface Tally {
	/** Handed out again from their frozen input. */
	again: number;
	/** Owed from before, and kept back: nobody can say now whether they are somebody else's part meanwhile. */
	waiting: number;
	/** Registered now. */
	registered: number;
	/** Cannot be served: registered as held. */
	held: number;
	/** Not owed anything now. */
	notDue: number;
	/** Already registered in this slot. */
	known: number;
	/** Last send closer than the minimum gap. */
	tooSoon: number;
	/** Archived, deleted or merged away. */
	gone: number;
}

/** What one run hands out, and what kept it from more. */
export interface Collected {
	readonly due: readonly Due[];
	readonly tally: Tally;
	/** Why recipients were held, one entry each. */
	readonly held: readonly string[];
	/** Recipients that could not be read or keyed, each with its reason. */
	readonly unread: readonly ReleaseGateError[];
	/** What ended the reading early; what was handed out until then stands. */
	readonly stopped: ReleaseGateError | null;
	/** Whether the limit was reached, so that there may be more. */
	readonly limited: boolean;
}

/** What a run works with. */
export interface CollectInput {
	readonly ledger: Ledger;
	readonly spine: SpineRecord;
	readonly slot: Slot;
	readonly now: Instant;
	/** Most deliveries to hand out. */
	readonly limit: number;
	/** How profiles of a dry run are made up; `null` for the real ones. */
	readonly madeUp: MadeUp | null;
	/** Whether a dry run is for the test recipients of the spine alone, where it names any. */
	readonly testersOnly?: boolean;
	readonly pages: AsyncIterable<RecipientPage>;
	/** Which of these recipients are part of another one now; absent where nobody can be asked. */
	readonly mergesOf?: (ids: readonly string[]) => Promise<Merges>;
}

/** The slot that is open now, if any. Throws errors of the cadence. */
export const openSlot = (spine: SpineRecord, now: Instant): Slot | null =>
	slotAt(parseCadence(spine.settings.cadence), now);

/**
 * Collects what a spine owes in the open slot: first what was registered and never sent, from its frozen input, then
 * recipients that are due now. Those are registered page by page, so that memory follows what is handed out, and a
 * directory that stops answering takes nothing back. Throws only what the ledger throws.
 */
export async function collectDue(input: CollectInput): Promise<Collected> {
	const run = new Run(input);
	await run.again();
	await run.fresh();
	return run.result();
}

/** Nothing was found yet. */
export const noTally = (): Tally => ({
	again: 0,
	waiting: 0,
	registered: 0,
	held: 0,
	notDue: 0,
	known: 0,
	tooSoon: 0,
	gone: 0,
});

/** A delivery as it is handed out, with the release and the arm it was registered under. */
export function dueFrom(record: DeliveryRecord, contact: JsonObject, item: number): Due {
	const { ref, inputDigest, release, variant } = record;
	const delivery: Envelope = {
		...envelopeOf(ref),
		...(release === null ? {} : { release }),
		...(variant === null ? {} : { variant }),
		inputDigest,
	};
	return { delivery, contact, item };
}

class Run {
	private readonly due: Due[] = [];
	private readonly handedOut = new Set<string>();
	private readonly unread: ReleaseGateError[] = [];
	private readonly held: string[] = [];
	private stopped: ReleaseGateError | null = null;
	private readonly tally = noTally();

	constructor(private readonly input: CollectInput) {}

	private get room(): number {
		return this.input.limit - this.due.length;
	}

	/** What the open slot still owes, in the key space that is served now. */
	async again(): Promise<void> {
		const { ledger, spine, slot } = this.input;
		const { settings } = spine;
		for (const space of this.spaces()) {
			let after: DeliveryRef | undefined;
			while (this.room > 0 && this.stopped === null) {
				const limit = Math.min(PAGE, this.room);
				const page = await ledger.deliveries.unsent(settings.spine, space, limit, after);
				for (const record of await this.themselves(page.filter(({ ref }) => ref.slot === slot.id))) {
					this.handOut(record, record.input ?? {}, 0);
					this.tally.again += 1;
				}
				after = page.at(-1)?.ref;
				if (page.length < limit) break;
			}
		}
	}

	/**
	 * Leaves out who is part of somebody else now: that one has the slot, and is read like everybody. Who may be, because
	 * the directory cannot say it now, waits for the next run: two mails to one person are worse than a late one.
	 */
	private async themselves(records: readonly DeliveryRecord[]): Promise<readonly DeliveryRecord[]> {
		const { ledger } = this.input;
		const { into, unknown } = await this.mergesAmong(records);
		const gone = records.filter(({ ref }) => into.has(ref.recipient));
		const waiting = records.filter(({ ref }) => unknown.has(ref.recipient));
		this.tally.waiting += waiting.length;
		if (this.stopped === null) this.unread.push(...unknown.values());
		this.tally.gone += gone.length;
		await ledger.deliveries.absorb(
			gone.map(({ ref }) => ({
				ref: { ...ref, recipient: into.get(ref.recipient) ?? ref.recipient },
				former: [ref.recipient],
			})),
		);
		return records.filter((record) => !gone.includes(record) && !waiting.includes(record));
	}

	/** Throws what is no trouble of the directory. */
	private async mergesAmong(records: readonly DeliveryRecord[]): Promise<Merges> {
		const { mergesOf } = this.input;
		if (mergesOf === undefined || records.length === 0) return { into: new Map(), unknown: new Map() };
		const ids = records.map(({ ref }) => ref.recipient);
		try {
			return await mergesOf(ids);
		} catch (error) {
			const problem = this.stoppedBy(error);
			return { into: new Map(), unknown: new Map(ids.map((id) => [id, problem])) };
		}
	}

	/** Ends the reading where the directory does not answer. Throws everything else. */
	private stoppedBy(error: unknown): ReleaseGateError {
		const problem = toGateError(error);
		if (!problem.code.startsWith('hubspot-')) throw problem;
		this.stopped = problem;
		return problem;
	}

	async fresh(): Promise<void> {
		if (this.room <= 0 || this.stopped !== null) return;
		try {
			for await (const page of this.input.pages) {
				this.tally.gone += page.gone;
				this.unread.push(...page.unread);
				await this.take(page.recipients);
				if (this.room <= 0) return;
			}
		} catch (error) {
			this.stoppedBy(error);
		}
	}

	result(): Collected {
		const { due, tally, held, unread, stopped } = this;
		return { due, tally, held, unread, stopped, limited: this.room <= 0 };
	}

	private spaces(): readonly Space[] {
		const { mode, dryRun, testRecipients } = this.input.spine.settings;
		const rehearsal = spaceOf('dry-run', dryRun);
		if (mode !== 'live') return [rehearsal];
		return testRecipients.length > 0 ? ['live', rehearsal] : ['live'];
	}

	/** Whether a recipient has a part in this run: in a rehearsal for test recipients nobody else has. */
	private isWanted({ id }: Recipient): boolean {
		const { mode, testRecipients } = this.input.spine.settings;
		const forTesters = this.input.testersOnly === true && mode === 'dry-run' && testRecipients.length > 0;
		return !forTesters || testRecipients.includes(id);
	}

	private async take(found: readonly Recipient[]): Promise<void> {
		const recipients = found.filter((recipient) => this.isWanted(recipient));
		const owed = recipients.flatMap((recipient) => this.registrationOf(recipient) ?? []);
		await this.input.ledger.deliveries.absorb(
			owed.flatMap(({ registration: { ref }, former }) => (former.length > 0 ? [{ ref, former }] : [])),
		);
		const served = await this.inRhythm(owed);
		const results = await this.input.ledger.deliveries.register(
			served.map(({ registration }) => registration),
		);
		served.forEach(({ registration, item }, at) => {
			const result = results[at];
			if (result === undefined) return;
			if (result.status === 'known') this.tally.known += 1;
			else if (registration.hold !== undefined) {
				this.tally.held += 1;
				this.held.push(registration.hold);
			} else {
				this.tally.registered += 1;
				if (this.room > 0) this.handOut(result.delivery, registration.input, item);
			}
		});
	}

	private registrationOf(recipient: Recipient): Owed | null {
		const { spine, slot, now, madeUp } = this.input;
		try {
			const { settings } = spine;
			const assessment = assessRecipient(recipient, settings.properties, now);
			if (assessment.status === 'not-due') {
				this.tally.notDue += 1;
				return null;
			}
			const space = spaceOf(modeFor(spine, recipient.id), settings.dryRun);
			const { recipient: id } = envelopeOf({
				spine: settings.spine,
				space,
				slot: slot.id,
				recipient: recipient.id,
			});
			const registration: Registration = {
				ref: { spine: settings.spine, space, slot: slot.id, recipient: id },
				opensAt: slot.opensAt,
				closesAt: slot.closesAt,
				cadenceIndex: slot.index,
				...(assessment.status === 'held'
					? { input: { id }, hold: assessment.reason }
					: {
							input: space === 'live' ? assessment.input : inputToRehearse(assessment.input, spine, madeUp),
						}),
			};
			return { registration, former: recipient.formerIds ?? [], item: recipient.item };
		} catch (error) {
			this.unread.push(toGateError(error));
			return null;
		}
	}

	/** Leaves out whom the spine has served less than the minimum gap ago. Claim and confirm check it again. */
	private async inRhythm(owed: readonly Owed[]): Promise<readonly Owed[]> {
		const { ledger, spine, now } = this.input;
		const { settings } = spine;
		const gap = minimumGapMs(parseCadence(settings.cadence));
		const late = new Set<Owed>();
		for (const space of new Set(owed.map(({ registration }) => registration.ref.space))) {
			const here = owed.filter(({ registration }) => registration.ref.space === space);
			const recipients = here.map(({ registration }) => registration.ref.recipient);
			const sent = await ledger.deliveries.lastSent(settings.spine, space, recipients);
			here.forEach((entry, at) => {
				const last = sent[at];
				if (typeof last === 'number' && now - last < gap) late.add(entry);
			});
		}
		this.tally.tooSoon += late.size;
		return owed.filter((entry) => !late.has(entry));
	}

	private handOut(record: DeliveryRecord, contact: JsonObject, item: number): void {
		const found = dueFrom(record, contact, item);
		if (this.handedOut.has(found.delivery.key)) return;
		this.handedOut.add(found.delivery.key);
		this.due.push(found);
	}
}

interface Owed {
	readonly registration: Registration;
	readonly former: readonly string[];
	readonly item: number;
}
