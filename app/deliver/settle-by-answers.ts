import type { DeliveryRef, Instant } from '../../core/delivery/types';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { SettleResult, Settlement } from '../../core/delivery/sends';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import type { Ledger } from '../ledger/api';
import { deliveredBefore } from './outbox';
import type { DeliverPorts } from './ports';
import { isQuiet } from './settle-by-policy';

/** What a provider's answer proves. Anything that is not plainly one or the other proves nothing. */
export function readAnswer(value: unknown): 'delivered' | 'not-sent' | 'unclear' {
	const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (word === true || word === 'true' || word === 'found') return 'delivered';
	if (word === false || word === 'false' || word === 'not found') return 'not-sent';
	const count = typeof word === 'string' && /^\d+$/.test(word) ? Number(word) : word;
	if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) return 'unclear';
	return count > 0 ? 'delivered' : 'not-sent';
}

/** A provider that was asked. */
export interface Asked {
	/** As it is stored with each delivery. */
	readonly provider: string;
	/** Whether it can be asked for one message so that finding none means that there is none. */
	readonly knowsAbsence: boolean;
}

/**
 * Who answered: a provider, or a person. A provider's "not found" is no proof where the spine leaves doubts to a
 * person, and where the provider is not the one the spine sent through.
 */
export type Answerer = Asked | 'person';

/** One answer about one delivery in doubt. */
export interface Answer {
	readonly ref: DeliveryRef;
	readonly spine: SpineRecord;
	/** As it came; see {@link readAnswer}. */
	readonly said: unknown;
	readonly messageId: string | null;
	readonly assetId?: string;
	/** The provider's time of acceptance. */
	readonly sentAt?: Instant;
}

/** What became of one answer. */
export type AnswerResult =
	| SettleResult
	/** It proves nothing yet: the delivery stays in doubt. */
	| { readonly status: 'in-doubt'; readonly reason: string; readonly explanation: string };

const settlementOf = (
	answer: Answer,
	answerer: Answerer,
	verdict: 'delivered' | 'not-sent',
	record: DeliveryRecord | null | undefined,
	by: string,
): Settlement => {
	const asked = answerer === 'person' ? 'a person' : answerer.provider;
	const said = verdict === 'delivered' ? 'knows the message' : 'knows no such message';
	return {
		ref: answer.ref,
		verdict,
		grounds: `${asked} ${said}.`,
		provider: answerer === 'person' ? (record?.provider ?? 'unknown') : asked,
		providerMessageId: answer.messageId,
		sentAt: answer.sentAt,
		deliveredBefore: deliveredBefore(answer.spine, record?.input?.properties),
		assetId: answer.assetId,
		by,
	};
};

/** Why an answer proves nothing yet. */
interface Unproven {
	readonly reason: string;
	readonly explanation: string;
}

/** Deliveries of a slot that are looked at for the provider they went through. */
const ALONGSIDE = 1000;

/** Names of the providers that took other deliveries of the same slot. */
type SeenProviders = (ref: DeliveryRef) => ReadonlySet<string>;

async function providersSeen(ledger: Ledger, refs: readonly DeliveryRef[]): Promise<SeenProviders> {
	const keyOf = ({ spine, slot, space }: DeliveryRef): string => JSON.stringify([spine, space, slot]);
	const seen = new Map<string, ReadonlySet<string>>();
	for (const ref of refs) {
		if (seen.has(keyOf(ref))) continue;
		const { spine, slot, space } = ref;
		const others = await ledger.deliveries.list({
			...{ spine, slot, space },
			states: ['committed'],
			limit: ALONGSIDE,
		});
		seen.set(keyOf(ref), new Set(others.flatMap(({ provider }) => provider?.toLowerCase() ?? [])));
	}
	return (ref) => seen.get(keyOf(ref)) ?? new Set();
}

/** Why this provider finding no message does not mean that there is none; `null` if it does. */
function absenceUnproven(
	{ provider, knowsAbsence }: Asked,
	spine: SpineRecord,
	seen: ReadonlySet<string>,
): Unproven | null {
	const asked = provider.toLowerCase();
	const others = [spine.settings.provider, ...seen].filter(
		(name) => name !== undefined && name !== asked && name !== 'unknown',
	);
	if (others.length > 0) {
		const explanation = `${asked} was asked, and the spine sends through ${String(others[0])}; it stays in doubt.`;
		return { reason: 'asked-another', explanation };
	}
	if (!knowsAbsence) {
		const explanation = `${asked} finding nothing does not mean that nothing was sent; it stays in doubt.`;
		return { reason: 'absence-unproven', explanation };
	}
	if (spine.settings.provider === undefined && !seen.has(asked)) {
		const explanation =
			'Nothing says through whom this spine sends; it stays in doubt. Set Provider where the spine is configured.';
		return { reason: 'provider-unknown', explanation };
	}
	return null;
}

/** Whether the answer may settle the delivery now; else the reason why not. */
const verdictOf = (
	{ ref, said, spine }: Answer,
	answerer: Answerer,
	record: DeliveryRecord | null | undefined,
	seen: SeenProviders,
	now: Instant,
): 'delivered' | 'not-sent' | Unproven => {
	const answer = readAnswer(said);
	if (answer === 'unclear') {
		return {
			reason: 'answer-unclear',
			explanation: 'The answer says neither found nor not found; it stays in doubt.',
		};
	}
	if (answer === 'not-sent' && answerer !== 'person' && spine.settings.inDoubt === 'wait-for-a-person') {
		return { reason: 'left-to-a-person', explanation: 'The spine leaves this to a person.' };
	}
	if (answer === 'not-sent' && answerer !== 'person') {
		const unproven = absenceUnproven(answerer, spine, seen(ref));
		if (unproven) return unproven;
	}
	if (answer === 'not-sent' && record && !isQuiet(spine, record, now)) {
		return {
			reason: 'too-early',
			explanation: "The quiet time after the send is not over; the provider's index may lag.",
		};
	}
	return answer;
};

/**
 * Settles each delivery by what the provider, or a person, answered. "Not found" counts only after the spine's quiet
 * time, and only from the provider the spine sends through. The spines concerned are swept first. One result per answer, in order. Throws only what the ledger throws.
 */
export async function settleByAnswers(
	{ ledger, now, by }: DeliverPorts,
	answers: readonly Answer[],
	answerer: Answerer,
): Promise<readonly AnswerResult[]> {
	for (const name of new Set(answers.map(({ ref }) => ref.spine))) await ledger.deliveries.sweep(name);
	const records = await ledger.deliveries.get(
		answers.map(({ ref }) => ref),
		true,
	);
	const empty = answers.filter(({ said }) => readAnswer(said) === 'not-sent');
	const seen = await providersSeen(ledger, answerer === 'person' ? [] : empty.map(({ ref }) => ref));
	const at = now();
	const settlements: Settlement[] = [];
	const early = answers.map((answer, place): AnswerResult | null => {
		const verdict = verdictOf(answer, answerer, records[place], seen, at);
		if (typeof verdict === 'object') return { status: 'in-doubt', ...verdict };
		settlements.push(settlementOf(answer, answerer, verdict, records[place], by));
		return null;
	});
	const results = (await ledger.deliveries.settle(settlements)).values();
	return early.map((result) => result ?? (results.next().value as SettleResult));
}
