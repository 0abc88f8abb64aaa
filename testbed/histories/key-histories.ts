import fc from 'fast-check';
import type { Ledger } from '../../app/ledger/api';
import type { Instant } from '../../core/delivery/types';
import type { KeyClaimResult, WhenUnknown } from '../../core/once/record';
import { slotOpens, type TestClock } from '../databases/ledgers';

const hour = 3_600_000;
const leaseMs = 10 * 60_000;
const rememberMs = 48 * hour;

/** One step of a history. Numbers choose among what the history has at that point. */
export type KeyCommand =
	| { readonly do: 'advance' | 'jump-back'; readonly ms: number }
	| {
			readonly do: 'claim';
			readonly key: number;
			readonly content: number;
			readonly whenUnknown: WhenUnknown;
	  }
	/** The deed itself: the charge, the order. */
	| { readonly do: 'act' | 'complete'; readonly holder: number }
	| { readonly do: 'give-back'; readonly holder: number; readonly knows: boolean }
	/** Somebody looks outside whether it was done, and says so by name. */
	| { readonly do: 'settle'; readonly key: number }
	| { readonly do: 'prune' };

const pick = fc.nat(30);
const key = fc.nat(1);

/** Histories of several claimers whose steps interleave on two keys. */
export const keyHistories = fc.array(
	fc.oneof(
		{
			weight: 4,
			arbitrary: fc.record({
				do: fc.constant('advance' as const),
				ms: fc.oneof(fc.nat(300_000), fc.nat(1_500_000), fc.nat(50 * hour)),
			}),
		},
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('jump-back' as const), ms: fc.nat(20 * hour) }) },
		{
			weight: 9,
			arbitrary: fc.record({
				do: fc.constant('claim' as const),
				key,
				content: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
				whenUnknown: fc.constantFrom<WhenUnknown>('hold', 'ask', 'done'),
			}),
		},
		{ weight: 7, arbitrary: fc.record({ do: fc.constant('act' as const), holder: pick }) },
		{ weight: 6, arbitrary: fc.record({ do: fc.constant('complete' as const), holder: pick }) },
		{
			weight: 3,
			arbitrary: fc.record({ do: fc.constant('give-back' as const), holder: pick, knows: fc.boolean() }),
		},
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const), key }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('prune' as const) }) },
	),
	{ minLength: 10, maxLength: 60 },
) as fc.Arbitrary<readonly KeyCommand[]>;

interface Holder {
	readonly key: string;
	readonly token: number;
	readonly leaseUntil: Instant;
	/** Whether it knows that the deed is done. */
	knows: boolean;
	/** It has reported and works no more. */
	ended: boolean;
}

/** What happened to a key from its first claim until it is forgotten. */
interface Life {
	readonly content: string;
	deeds: number;
	expiresAt: Instant;
	/** What was kept of it; `undefined` before it was completed. */
	result?: string;
	assumed: boolean;
}

/** What the outside world saw: the deeds, by key. */
class Witness {
	readonly holders: Holder[] = [];
	readonly lives = new Map<string, Life>();
	readonly tokens = new Map<string, number>();
	readonly completed = new Map<string, number>();
	readonly violations: string[] = [];
	deeds = 0;
	/** The latest instant: who saw its lease end then acts no more, though the clock may jump back. */
	latest: Instant = 0;

	constructor(
		private readonly ledger: Ledger,
		private readonly scope: string,
		private readonly clock: TestClock,
	) {}

	private breach(key: string, what: string): void {
		this.violations.push(`${key}: ${what}`);
	}

	/** What the key lives through now; `undefined` where it may be forgotten. */
	private lifeOf(key: string): Life | undefined {
		const life = this.lives.get(key);
		return life !== undefined && this.latest < life.expiresAt ? life : undefined;
	}

	private readonly isWorking = ({ ended, leaseUntil }: Holder): boolean => !ended && this.latest < leaseUntil;

	async claim(key: string, content: string, whenUnknown: WhenUnknown): Promise<void> {
		const terms = { scope: this.scope, leaseMs, rememberMs, whenUnknown, owner: 'claimer' };
		const [result] = await this.ledger.keys.claim(terms, [{ key, digest: content }]);
		if (result !== undefined) this.answered(key, content, whenUnknown, result);
	}

	private answered(key: string, content: string, whenUnknown: WhenUnknown, result: KeyClaimResult): void {
		const life = this.lifeOf(key);
		const other = life !== undefined && life.content !== content;
		switch (result.status) {
			case 'held':
				return;
			case 'done':
				if (other) this.breach(key, 'called done though its content was another');
				if (life === undefined) return;
				if (result.assumed) {
					if (life.result !== undefined) this.breach(key, 'what was completed is only assumed');
					if (!life.assumed) life.expiresAt = Math.max(life.expiresAt, this.clock.at + rememberMs);
					life.assumed = true;
				} else if (life.deeds === 0) this.breach(key, 'called done before it was done');
				else if (result.result !== life.result) this.breach(key, 'the result is not that of the first run');
				return;
			case 'asked':
				if (whenUnknown !== 'ask') this.breach(key, 'asked though it was not to be');
				if (other) this.breach(key, 'asked about other content');
				break;
			case 'first':
				if (life !== undefined && life.deeds > 0) this.breach(key, 'granted again after it was done');
				if (life?.assumed === true) this.breach(key, 'granted again though taken for done');
		}
		if (this.holders.some((holder) => holder.key === key && this.isWorking(holder)))
			this.breach(key, 'granted while another works on it');
		if (result.token === this.tokens.get(key)) this.breach(key, 'a token was given twice');
		this.tokens.set(key, result.token);
		const asked = result.status === 'asked' ? life : undefined;
		if (asked === undefined)
			this.lives.set(key, { content, deeds: 0, expiresAt: this.clock.at + rememberMs, assumed: false });
		else asked.expiresAt = Math.max(asked.expiresAt, this.clock.at + rememberMs);
		const { token, leaseUntil } = result;
		this.holders.push({ key, token, leaseUntil, knows: (asked?.deeds ?? 0) > 0, ended: false });
	}

	/** A holder acts once, within its lease; one that found out that it was done does not. */
	act(holder: Holder): void {
		if (!this.isWorking(holder) || holder.knows) return;
		const life = this.lives.get(holder.key);
		if (life === undefined) return;
		this.deeds += 1;
		life.deeds += 1;
		holder.knows = true;
		if (life.deeds > 1) this.breach(holder.key, 'done twice');
	}

	async complete(holder: Holder): Promise<void> {
		if (!holder.knows) return;
		const { key, token } = holder;
		const result = `"by ${token}"`;
		const [settled] = await this.ledger.keys.complete([{ scope: this.scope, key, token, result }], 'claimer');
		holder.ended = true;
		if (settled?.status !== 'settled' || settled.again) return;
		if (token !== this.tokens.get(key)) this.breach(key, 'an old token completed it');
		this.kept(key, result);
	}

	private kept(key: string, result: string): void {
		this.completed.set(key, (this.completed.get(key) ?? 0) + 1);
		const life = this.lives.get(key);
		if (life === undefined) return;
		if (life.result !== undefined) this.breach(key, 'completed twice');
		life.result = result;
		life.expiresAt = Math.max(life.expiresAt, this.clock.at + rememberMs);
	}

	async giveBack(holder: Holder, knows: boolean): Promise<void> {
		if (holder.knows && knows) return;
		const happened = knows ? 'no' : 'unknown';
		const { key, token } = holder;
		holder.ended = true;
		const [settled] = await this.ledger.keys.giveBack(
			[{ scope: this.scope, key, token, happened, reason: 'test' }],
			'claimer',
		);
		if (settled?.status !== 'settled' || settled.again) return;
		if (token !== this.tokens.get(key)) this.breach(key, 'an old token gave it back');
		if (settled.state === 'free') this.lives.delete(key);
	}

	async settle(key: string): Promise<void> {
		const done = (this.lives.get(key)?.deeds ?? 0) > 0;
		const named = { scope: this.scope, key, token: null };
		const result = '"by name"';
		const [settled] = done
			? await this.ledger.keys.complete([{ ...named, result }], 'Ada')
			: await this.ledger.keys.giveBack([{ ...named, happened: 'no', reason: '' }], 'Ada');
		if (settled?.status !== 'settled' || settled.again) return;
		if (this.holders.some((holder) => holder.key === key && this.isWorking(holder)))
			this.breach(key, 'settled by name while somebody works on it');
		if (done) this.kept(key, result);
		else this.lives.delete(key);
	}

	/** What the ledger says at the end must agree with what was seen outside. */
	async close(): Promise<void> {
		for (const [key, life] of this.lives) {
			if (this.latest >= life.expiresAt) continue;
			const [record] = await this.ledger.keys.get([{ scope: this.scope, key }]);
			if (record === null || record === undefined) this.breach(key, 'forgotten too early');
			else if (life.result !== undefined && record.state !== 'done') this.breach(key, 'its end was lost');
			else if (life.deeds > 0 && record.state === 'free') this.breach(key, 'free though it was done');
			else if (life.deeds === 0 && record.state === 'done') this.breach(key, 'done, and nobody did it');
		}
		const events = await this.ledger.events.list({ kinds: ['keys.done'], limit: 10_000 });
		const told = events.filter(({ subject }) => subject === this.scope).length;
		const ends = [...this.completed.values()].reduce((sum, count) => sum + count, 0);
		if (told !== ends) this.violations.push('an end has no event');
		if ((await this.ledger.events.verify()).status !== 'intact') this.violations.push('the chain is broken');
	}
}

/** Plays one history in a scope of its own; returns the promises it broke and how many deeds were done. */
export async function playKeys(
	ledger: Ledger,
	scope: string,
	clock: TestClock,
	history: readonly KeyCommand[],
): Promise<{ readonly violations: readonly string[]; readonly deeds: number }> {
	clock.at = slotOpens;
	const witness = new Witness(ledger, scope, clock);
	for (const command of history) {
		witness.latest = Math.max(witness.latest, clock.at);
		const holder =
			'holder' in command ? witness.holders[command.holder % Math.max(1, witness.holders.length)] : undefined;
		if (command.do === 'advance') clock.at += command.ms;
		else if (command.do === 'jump-back') clock.at -= command.ms;
		else if (command.do === 'claim')
			await witness.claim(`k${command.key}`, `content ${command.content}`, command.whenUnknown);
		else if (command.do === 'settle') await witness.settle(`k${command.key}`);
		else if (command.do === 'prune')
			await ledger.prune({ inputsMs: 0, deliveriesMs: hour, eventsMs: 4_000 * hour });
		else if (holder !== undefined) {
			if (command.do === 'act') witness.act(holder);
			else if (command.do === 'complete') await witness.complete(holder);
			else if ('knows' in command) await witness.giveBack(holder, command.knows);
		}
	}
	witness.latest = Math.max(witness.latest, clock.at);
	await witness.close();
	return { violations: witness.violations, deeds: witness.deeds };
}
