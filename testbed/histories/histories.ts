import fc from 'fast-check';
import { MOST_BEHIND_MS } from '../../core/delivery/transitions';
import type { DeliveryRef, Instant, Milliseconds } from '../../core/delivery/types';
import { ReleaseGateError } from '../../core/errors';
import type { Ledger } from '../../app/ledger/api';
import { registrationOf, slotCloses, slotOpens, type TestClock, testSettings } from '../databases/ledgers';

const hour = 3_600_000;
const gapMs = 24 * hour;

/** One step of a history. Numbers choose among what the history has at that point. */
export type Command =
	| { readonly do: 'advance'; readonly ms: number }
	| { readonly do: 'jump-back'; readonly ms: number }
	| { readonly do: 'claim'; readonly recipient: number; readonly slot: number }
	/** Claim, confirm, send and commit in one go, in the slot that is open. */
	| { readonly do: 'deliver'; readonly recipient: number }
	| { readonly do: 'confirm'; readonly holder: number; readonly leaves: boolean }
	| { readonly do: 'commit'; readonly holder: number }
	| { readonly do: 'fail'; readonly holder: number; readonly knows: boolean }
	| { readonly do: 'settle'; readonly recipient: number; readonly slot: number }
	| { readonly do: 'sweep' | 'pause' | 'resume' | 'prune' | 'mend-clock' };

const pick = fc.nat(30);
const key = { recipient: fc.nat(1), slot: fc.nat(2) };

/** Histories of several claimers whose steps interleave; weighted so that sends happen, and happen at bad moments. */
export const histories = fc.array(
	fc.oneof(
		{
			weight: 4,
			arbitrary: fc.record({
				do: fc.constant('advance' as const),
				ms: fc.oneof(fc.nat(200_000), fc.nat(700_000), fc.nat(50 * hour), fc.constant(20 * hour)),
			}),
		},
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('jump-back' as const), ms: fc.nat(30 * hour) }) },
		{ weight: 8, arbitrary: fc.record({ do: fc.constant('claim' as const), ...key }) },
		{
			weight: 4,
			arbitrary: fc.record({ do: fc.constant('deliver' as const), recipient: key.recipient }),
		},
		{
			weight: 8,
			arbitrary: fc.record({ do: fc.constant('confirm' as const), holder: pick, leaves: fc.boolean() }),
		},
		{ weight: 6, arbitrary: fc.record({ do: fc.constant('commit' as const), holder: pick }) },
		{
			weight: 3,
			arbitrary: fc.record({ do: fc.constant('fail' as const), holder: pick, knows: fc.boolean() }),
		},
		{ weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const), ...key }) },
		{
			weight: 2,
			arbitrary: fc.record({
				do: fc.constantFrom(
					'sweep' as const,
					'pause' as const,
					'resume' as const,
					'prune' as const,
					'mend-clock' as const,
				),
			}),
		},
	),
	{ minLength: 10, maxLength: 60 },
) as fc.Arbitrary<readonly Command[]>;

interface Holder {
	readonly ref: DeliveryRef;
	readonly token: number;
	/** What really happened after the confirmation; null before it. */
	fate: 'left' | 'stayed' | null;
}

/** What the outside world saw: the mails that left, by key and by recipient. */
class Witness {
	readonly holders: Holder[] = [];
	readonly sends: { readonly ref: DeliveryRef; readonly at: Instant; readonly elapsed: Milliseconds }[] = [];
	/** Time that really passed: a clock that is set back takes none of it away. */
	elapsed: Milliseconds = 0;
	/** The furthest the clock was. */
	highest: Instant = 0;
	/** How many sends left before the clock was mended: what their clock showed means nothing since. */
	beforeMend = 0;
	readonly tokens = new Map<string, number>();
	readonly commits = new Map<string, number>();
	/** Committed deliveries whose records were pruned: registered again, their count begins anew; a send is refused. */
	readonly forgotten = new Set<string>();
	paused = false;
	violations: string[] = [];

	idOf = (ref: DeliveryRef): string => `${ref.recipient}/${ref.slot}`;

	granted(ref: DeliveryRef, token: number): void {
		if (this.paused) this.violations.push('a claim was granted on a paused spine');
		if (token <= (this.tokens.get(this.idOf(ref)) ?? 0))
			this.violations.push(`token ${token} was granted twice`);
		this.tokens.set(this.idOf(ref), token);
		this.holders.push({ ref, token, fate: null });
	}

	confirmed(holder: Holder, leaves: boolean, at: Instant): void {
		if (this.paused) this.violations.push('a send was confirmed on a paused spine');
		if (holder.token !== this.tokens.get(this.idOf(holder.ref)))
			this.violations.push('an old token was confirmed');
		if (holder.fate !== null) this.violations.push('a token was confirmed twice');
		holder.fate = leaves ? 'left' : 'stayed';
		if (!leaves) return;
		for (const [place, send] of this.sends.entries()) {
			if (send.ref.recipient !== holder.ref.recipient) continue;
			if (send.ref.slot === holder.ref.slot) this.violations.push(`${this.idOf(send.ref)} was sent twice`);
			else if (
				this.elapsed - send.elapsed < gapMs ||
				(place >= this.beforeMend && Math.abs(send.at - at) < gapMs)
			)
				this.violations.push('two sends are closer than the minimum gap');
		}
		this.sends.push({ ref: holder.ref, at, elapsed: this.elapsed });
	}

	committed(holder: Holder): void {
		const id = this.idOf(holder.ref);
		if (holder.token !== this.tokens.get(id)) this.violations.push('an old token was committed');
		if (holder.fate !== 'left') this.violations.push(`${id} was committed without a send`);
		this.count(id);
	}

	count(id: string): void {
		const commits = (this.commits.get(id) ?? 0) + 1;
		this.commits.set(id, commits);
		if (commits > 1) this.violations.push(`${id} was committed twice`);
	}
}

async function step(
	ledger: Ledger,
	spine: string,
	clock: TestClock,
	witness: Witness,
	command: Command,
): Promise<void> {
	const { deliveries } = ledger;
	const holder =
		'holder' in command ? witness.holders[command.holder % Math.max(1, witness.holders.length)] : undefined;
	switch (command.do) {
		case 'advance':
			clock.at += command.ms;
			witness.elapsed += command.ms;
			witness.highest = Math.max(witness.highest, clock.at);
			return;
		case 'jump-back':
			clock.at -= command.ms;
			return;
		case 'claim': {
			const { ref, ...register } = registrationOf(spine, `r${command.recipient}`, command.slot);
			const [result] = await deliveries.claim([{ ref, register }], 'claimer');
			if (result?.status === 'granted') witness.granted(ref, result.token);
			return;
		}
		case 'deliver': {
			const { recipient } = command;
			const slot = Math.max(0, Math.floor((clock.at - slotOpens) / (slotCloses - slotOpens)));
			const first = witness.holders.length;
			await step(ledger, spine, clock, witness, { do: 'claim', recipient, slot });
			if (witness.holders.length === first) return;
			await step(ledger, spine, clock, witness, { do: 'confirm', holder: first, leaves: true });
			await step(ledger, spine, clock, witness, { do: 'commit', holder: first });
			return;
		}
		case 'confirm': {
			if (holder === undefined) return;
			const [result] = await deliveries.confirm([holder]);
			if (result?.status === 'send') witness.confirmed(holder, command.leaves, clock.at);
			return;
		}
		case 'commit': {
			if (holder === undefined || holder.fate === 'stayed') return;
			const [result] = await deliveries.commit([{ ...holder, provider: 'p', providerMessageId: null }]);
			if (result?.status === 'committed') witness.committed(holder);
			return;
		}
		case 'fail': {
			if (holder === undefined || (holder.fate === 'left' && command.knows)) return;
			const sent = command.knows ? 'no' : 'unknown';
			await deliveries.fail([{ ...holder, failureClass: 'send', sent, retryable: true, reason: 'failed' }]);
			return;
		}
		case 'settle': {
			const { ref } = registrationOf(spine, `r${command.recipient}`, command.slot);
			const left = witness.sends.some((send) => witness.idOf(send.ref) === witness.idOf(ref));
			const verdict = left ? 'delivered' : 'not-sent';
			const [result] = await deliveries.settle([
				{ ref, verdict, grounds: 'the provider says so', by: 'test' },
			]);
			if (result?.status === 'committed') witness.count(witness.idOf(ref));
			return;
		}
		case 'sweep':
			await deliveries.sweep(spine);
			return;
		case 'pause':
			await ledger.spines.pause(spine, 'test', 'test');
			witness.paused = true;
			return;
		case 'resume':
			await ledger.spines.resume(spine, 'test', 'test');
			witness.paused = false;
			return;
		case 'mend-clock':
			await ledger.spines.mendClock(spine, 'test');
			witness.beforeMend = witness.sends.length;
			return;
		case 'prune': {
			await ledger.prune({ inputsMs: 0, deliveriesMs: hour, eventsMs: 400 * hour });
			const kept = (await deliveries.list({ spine, limit: 1000 })).map(({ ref }) => witness.idOf(ref));
			for (const id of witness.commits.keys()) if (!kept.includes(id)) witness.forgotten.add(id);
		}
	}
}

/** What the ledger says at the end must agree with what was seen outside. */
async function closing(ledger: Ledger, spine: string, witness: Witness): Promise<void> {
	const records = await ledger.deliveries.list({ spine, limit: 1000 });
	for (const record of records) {
		const left = witness.sends.some((send) => witness.idOf(send.ref) === witness.idOf(record.ref));
		const id = witness.idOf(record.ref);
		if (witness.forgotten.has(id) && (record.state === 'due' || record.state === 'missed')) continue;
		if (left && ['due', 'claimed', 'failed', 'missed'].includes(record.state)) {
			witness.violations.push(`${id} was sent, and the ledger says ${record.state}`);
		}
		if (!left && record.state === 'committed') witness.violations.push(`${id} is committed without a send`);
		if (witness.commits.has(id) && record.state !== 'committed')
			witness.violations.push(`the commit of ${id} was lost`);
	}
	const events = await ledger.events.list({ spine, kinds: ['deliveries.committed'], limit: 1000 });
	if (events.length !== witness.commits.size) witness.violations.push('a commit has no event');
	if ((await ledger.events.verify()).status !== 'intact') witness.violations.push('the chain is broken');
}

/** Plays one history; returns the promises it broke and how many mails left. */
export async function play(
	ledger: Ledger,
	spine: string,
	clock: TestClock,
	history: readonly Command[],
): Promise<{ readonly violations: readonly string[]; readonly mails: number }> {
	clock.at = slotOpens + (slotCloses - slotOpens) / 4;
	await ledger.spines.configure(testSettings(spine), 'test');
	const witness = new Witness();
	witness.highest = clock.at;
	for (const command of history) {
		try {
			await step(ledger, spine, clock, witness, command);
		} catch (error) {
			// A clock that was set back by more than is believed is refused, and nothing is done; no other one is.
			const behind = error instanceof ReleaseGateError && error.code === 'ledger-clock-behind';
			if (!behind || witness.highest - clock.at <= MOST_BEHIND_MS) throw error;
		}
	}
	await closing(ledger, spine, witness);
	return { violations: witness.violations, mails: witness.sends.length };
}
