import { parseCadence, slotAt, type Slot } from '../../core/delivery/cadence';
import { spaceOf } from '../../core/delivery/key';
import type { DeliveryRef, Instant, JsonObject, Space } from '../../core/delivery/types';
import type { ReleaseGateError } from '../../core/errors';
import type { ReadingStep } from '../../core/delivery/reading';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { HandedOut } from '../ledger/api/reading';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import { toGateError } from '../../core/errors/unknown';
import { type Collected, type Due, dueFrom, noTally } from './collected';
import { type Owed, owedTo, type Owing, tooSoon } from './owed';
import { alone, type Reader, readerOf, type ReadingPatience } from './reading';
import type { Merges, Recipient, RecipientPage } from './recipients';

/** Records per page of frozen deliveries. */
const PAGE = 500;

/** What a run works with. */
export interface CollectInput extends Owing {
	/** Most deliveries to hand out. */
	readonly limit: number;
	/** Whether a dry run is for the test recipients of the spine alone, where it names any. */
	readonly testersOnly?: boolean;
	/** Recipients after the one named, or all of them. */
	readonly pages: (after: string | null) => AsyncIterable<RecipientPage>;
	/** How this run waits for others that read the same contacts; absent where nobody else reads them. */
	readonly patience?: ReadingPatience;
	/** Which of these recipients are part of another one now; absent where nobody can be asked. */
	readonly mergesOf?: (ids: readonly string[]) => Promise<Merges>;
}

/** The slot that is open now, if any. Throws errors of the cadence. */
export const openSlot = (spine: SpineRecord, now: Instant): Slot | null =>
	slotAt(parseCadence(spine.settings.cadence), now);

/**
 * Collects what a spine owes in the open slot: first what was registered and never sent, from its frozen input, then
 * recipients that are due now. Those are registered page by page, so that memory follows what is handed out, and a
 * directory that stops answering takes nothing back. Of several runs one collects at a time and goes on where the one
 * before ended, so that together they read the list once. Throws only what the ledger throws.
 */
export async function collectDue(input: CollectInput): Promise<Collected> {
	const reader = await readerFor(input);
	if (reader === null) return { ...new Run(input, alone).result(), reading: 'waited' };
	const run = new Run(input, reader);
	try {
		await run.again();
		await run.fresh();
	} catch (error) {
		// Where the ledger does not take it back, its lease ends.
		await reader.giveBack([]).catch(() => undefined);
		throw error;
	}
	await reader.giveBack(run.handed());
	return run.result();
}

async function readerFor({
	ledger,
	spine: { settings },
	slot,
	patience,
}: CollectInput): Promise<Reader | null> {
	if (patience === undefined) return alone;
	const space = spaceOf(settings.mode, settings.dryRun);
	return await readerOf(
		ledger,
		{ spine: settings.spine, space, slot: slot.id },
		settings.parallelRuns ?? 1,
		patience,
	);
}

class Run {
	private readonly due: Due[] = [];
	private readonly handedOut = new Set<string>();
	private readonly handedTo = new Map<Space, string[]>();
	private readonly unread: ReleaseGateError[] = [];
	private readonly held: string[] = [];
	private readonly notDue: string[] = [];
	private stopped: ReleaseGateError | null = null;
	private reading: Collected['reading'];
	private readonly tally = noTally();

	constructor(
		private readonly input: CollectInput,
		private readonly reader: Reader,
	) {}

	private get room(): number {
		return this.input.limit - this.due.length;
	}

	/** What the open slot still owes, in the key space that is served now. */
	async again(): Promise<void> {
		const { ledger, spine, slot } = this.input;
		const { settings } = spine;
		for (const space of this.spaces()) {
			let after: DeliveryRef | undefined;
			while (this.room > 0 && this.goesOn()) {
				const limit = Math.min(PAGE, this.room);
				const page = await ledger.deliveries.unsent(settings.spine, space, limit, after);
				const mine = page.filter(({ ref }) => ref.slot === slot.id && this.isMine(ref));
				for (const record of await this.themselves(mine)) {
					this.handOut(record, record.input ?? {}, 0);
					this.tally.again += 1;
				}
				after = page.at(-1)?.ref;
				await this.note({ kind: 'alive' });
				if (page.length < limit) break;
			}
		}
	}

	private goesOn(): boolean {
		return this.stopped === null && this.reading === undefined;
	}

	private async note(step: ReadingStep): Promise<void> {
		if (!(await this.reader.noted(step))) this.reading = 'overtaken';
	}

	private isMine({ space, recipient }: DeliveryRef): boolean {
		const elsewhere = this.reader.inOtherHands(space, recipient);
		if (elsewhere) this.tally.elsewhere += 1;
		return !elsewhere;
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
		if (this.room <= 0 || !this.goesOn()) return;
		if (!this.reader.reads) {
			this.reading = 'rested';
			return;
		}
		try {
			for await (const page of this.input.pages(this.reader.after)) {
				this.tally.gone += page.gone;
				this.unread.push(...page.unread);
				await this.take(page.recipients);
				if (page.readTo !== undefined) await this.note({ kind: 'read', position: page.readTo });
				if (this.room <= 0 || !this.goesOn()) return;
			}
		} catch (error) {
			this.stoppedBy(error);
			return;
		}
		await this.note({ kind: 'ended' });
	}

	result(): Collected {
		const { due, tally, held, notDue, unread, stopped, reading } = this;
		return {
			due,
			tally,
			held,
			notDue,
			unread,
			stopped,
			limited: this.room <= 0,
			...(reading === undefined ? {} : { reading }),
		};
	}

	handed(): readonly HandedOut[] {
		return [...this.handedTo].map(([space, recipients]) => ({ space, recipients }));
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
		const owed = recipients.flatMap((recipient) => this.owedTo(recipient) ?? []);
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

	private owedTo(recipient: Recipient): Owed | null {
		try {
			const owed = owedTo(this.input, recipient);
			if (!('notDue' in owed)) return owed;
			this.tally.notDue += 1;
			this.notDue.push(owed.notDue);
			return null;
		} catch (error) {
			this.unread.push(toGateError(error));
			return null;
		}
	}

	/** Leaves out whom the spine has served less than the minimum gap ago. Claim and confirm check it again. */
	private async inRhythm(owed: readonly Owed[]): Promise<readonly Owed[]> {
		const late = await tooSoon(this.input, owed);
		this.tally.tooSoon += late.size;
		return owed.filter((entry) => !late.has(entry));
	}

	private handOut(record: DeliveryRecord, contact: JsonObject, item: number): void {
		const found = dueFrom(record, contact, item);
		if (this.handedOut.has(found.delivery.key)) return;
		this.handedOut.add(found.delivery.key);
		this.due.push(found);
		const { space, recipient } = record.ref;
		const known = this.handedTo.get(space);
		if (known === undefined) this.handedTo.set(space, [recipient]);
		else known.push(recipient);
	}
}
