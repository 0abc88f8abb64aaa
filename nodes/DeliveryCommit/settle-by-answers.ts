import { envelopeOf, refOf } from '../../core/delivery/envelope';
import { parseDeliveryKey } from '../../core/delivery/key';
import type { DeliveryRef } from '../../core/delivery/types';
import { gateError, type ReleaseGateError } from '../../core/errors';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { Settlement } from '../../core/delivery/sends';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import { toGateError } from '../../core/errors/unknown';
import { findEnvelopes } from '../kit/envelope';
import { fieldOf, instantOf, textOf } from '../../core/delivery/fields';
import { findTexts } from '../kit/fields';
import { contactWrites, deliveredBefore } from '../../app/deliver/outbox';
import { spinesOf } from '../../app/deliver/spines';
import { DONE } from './outputs';
import { isQuiet, type SettleWork } from './settle-by-policy';
import { textParameter } from '../kit/parameters';

/** What a provider's answer proves. Anything that is not plainly one or the other proves nothing. */
export function readAnswer(value: unknown): 'delivered' | 'not-sent' | 'unclear' {
	const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (word === true || word === 'true' || word === 'found') return 'delivered';
	if (word === false || word === 'false' || word === 'not found') return 'not-sent';
	const count = typeof word === 'string' && /^\d+$/.test(word) ? Number(word) : word;
	if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) return 'unclear';
	return count > 0 ? 'delivered' : 'not-sent';
}

/** Who answered. A provider's "not found" is no proof where the spine leaves doubts to a person. */
export type Answerer = 'provider' | 'person';

interface Answered {
	readonly index: number;
	readonly ref: DeliveryRef;
}

const refsOf = ({ ctx, out }: SettleWork, keyField: string): readonly (DeliveryRef | ReleaseGateError)[] => {
	const keys = findTexts(ctx, out.items, keyField);
	const envelopes = keys.includes(undefined) ? findEnvelopes(ctx, out.items) : [];
	return keys.map((key, index) => {
		try {
			if (key !== undefined) return parseDeliveryKey(key);
			const found = envelopes[index];
			if (found?.status === 'found') return refOf(found.envelope);
			return found?.error ?? gateError('envelope-missing', { item: index });
		} catch (error) {
			return toGateError(error);
		}
	});
};

/** What the node's parameters say of the answers; read once for the batch. */
const parametersOf = ({ ctx }: SettleWork) => ({
	answer: textParameter(ctx, 'answerField'),
	messageId: textParameter(ctx, 'answerMessageIdField'),
	assetId: textParameter(ctx, 'answerAssetIdField'),
	sentAt: textParameter(ctx, 'answerSentAtField'),
	provider: textParameter(ctx, 'settleProvider') || 'unknown',
});

const settlementOf = (
	{ out, by }: SettleWork,
	fields: ReturnType<typeof parametersOf>,
	{ index, ref }: Answered,
	spine: SpineRecord,
	verdict: 'delivered' | 'not-sent',
	record: DeliveryRecord | null | undefined,
	answerer: Answerer,
): Settlement => {
	const json = out.items[index]?.json ?? {};
	const asked = answerer === 'person' ? 'a person' : fields.provider;
	const provider = answerer === 'person' ? (record?.provider ?? 'unknown') : asked;
	const asset = textOf(json, fields.assetId);
	const sentAt = instantOf(fieldOf(json, fields.sentAt));
	const builder = contactWrites(spine);
	const said = verdict === 'delivered' ? 'knows the message' : 'knows no such message';
	return {
		ref,
		verdict,
		grounds: `${asked} ${said}.`,
		provider,
		providerMessageId: textOf(json, fields.messageId) ?? null,
		sentAt,
		deliveredBefore: deliveredBefore(spine, record?.input?.properties),
		by,
		writes: (facts) => builder(facts, asset),
	};
};

/** Whether the answer may settle the delivery now; else the reason why not. */
const verdictOf = (
	answer: ReturnType<typeof readAnswer>,
	spine: SpineRecord,
	record: DeliveryRecord | null | undefined,
	answerer: Answerer,
): 'delivered' | 'not-sent' | { readonly reason: string; readonly message: string } => {
	if (answer === 'unclear') {
		return {
			reason: 'answer-unclear',
			message: 'The answer says neither found nor not found; it stays in doubt.',
		};
	}
	if (answer === 'not-sent' && answerer === 'provider' && spine.settings.inDoubt === 'wait-for-a-person') {
		return { reason: 'left-to-a-person', message: 'The spine leaves this to a person.' };
	}
	if (answer === 'not-sent' && record && !isQuiet(spine, record)) {
		return {
			reason: 'too-early',
			message: "The quiet time after the send is not over; the provider's index may lag.",
		};
	}
	return answer;
};

/**
 * Settles each item's delivery by what the provider answered. "Not found" counts only after the spine's quiet time.
 * The spines concerned are swept first. Items that prove nothing leave on the harmless output. Returns the outbox
 * entries that were made.
 */
export async function settleByAnswers(work: SettleWork, answerer: Answerer): Promise<readonly string[]> {
	const { ctx, ledger, out } = work;
	const fields = parametersOf(work);
	const answered: Answered[] = [];
	refsOf(work, textParameter(ctx, 'keyField')).forEach((ref, index) => {
		if (ref instanceof Error) out.refuse(index, ref);
		else answered.push({ index, ref });
	});
	const spines = await spinesOf(
		ledger,
		answered.map(({ ref }) => ref.spine),
	);
	for (const [name, spine] of spines) if (spine) await ledger.deliveries.sweep(name);
	const records = await ledger.deliveries.get(
		answered.map(({ ref }) => ref),
		true,
	);
	const ready: (Answered & { readonly settlement: Settlement })[] = [];
	answered.forEach((entry, at) => {
		const { index, ref } = entry;
		const spine = spines.get(ref.spine);
		if (!spine) return out.misconfigured(index, gateError('ledger-spine-unknown', { spine: ref.spine }));
		const verdict = verdictOf(
			readAnswer(fieldOf(out.items[index]?.json ?? {}, fields.answer)),
			spine,
			records[at],
			answerer,
		);
		if (typeof verdict === 'object') {
			return out.refuse(index, { status: 'in-doubt', ...verdict }, { delivery: envelopeOf(ref) });
		}
		ready.push({
			...entry,
			settlement: settlementOf(work, fields, entry, spine, verdict, records[at], answerer),
		});
	});
	const results = await ledger.deliveries.settle(ready.map(({ settlement }) => settlement));
	return ready.flatMap(({ index, ref }, at) => {
		const result = results[at];
		const delivery = envelopeOf(ref);
		if (result?.status === 'refused') {
			const { reason, explanation: message } = result;
			out.refuse(index, { status: 'refused', reason, message }, { delivery });
		} else if (result) out.put(DONE, index, { delivery, releaseGate: { status: result.status } });
		return result?.status === 'committed' ? result.outboxIds : [];
	});
}
