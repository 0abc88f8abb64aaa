import { batchRuleOf } from '../../adapters/providers/batches';
import { type Acceptance, providerOf } from '../../adapters/providers/registry';
import type { VendorWord } from '../../core/delivery/failure';
import { bareId, fieldOf, instantOf, type ItemJson, textOf } from '../../core/delivery/fields';
import type { Instant } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import type { BatchMember } from '../kit/batch';
import type { OwnBatch, OwnDelivery } from '../kit/envelope';
import type { ItemOutputs } from '../kit/items';
import type { Parameters } from '../kit/parameters';

/** A send that counts as accepted. */
export interface Accepted {
	readonly messageId: string | null;
	readonly sentAt?: Instant;
}

/** A send that does not, and what that means. */
export interface Refused {
	readonly word: VendorWord;
}

/** Items by what the answers of the node that sends prove. */
export interface Sorted {
	readonly own: readonly (OwnDelivery & Accepted)[];
	readonly refused: readonly (OwnDelivery & Refused)[];
}

/** A delivery of a batch: whoever composed the batch wrote down what its commit wants to know. */
export interface OfBatch extends OwnDelivery {
	readonly member: BatchMember;
}

/** The deliveries of one batch by what the one answer to its call proves of each. */
export interface SortedBatch {
	readonly own: readonly (OfBatch & Accepted)[];
	readonly refused: readonly (OfBatch & Refused)[];
}

/** What counts as accepted, as the node's parameters say. */
export interface AcceptanceRule {
	/** Name under which the deliveries are kept. */
	readonly provider: string;
	readonly sort: (out: ItemOutputs, own: readonly OwnDelivery[]) => Sorted;
	readonly sortBatch: (batch: OwnBatch, json: ItemJson) => SortedBatch;
}

/** Fields the user named: a message id, and perhaps a field that must have one of several values. */
function named(parameters: Parameters): (json: ItemJson) => Acceptance {
	const [idField, timeField] = [parameters.text('messageIdField'), parameters.text('sentAtField')];
	const field = parameters.text('acceptedField');
	const values = parameters.list('acceptedValues').map((value) => value.toLowerCase());
	return (json) => {
		const said = field === '' ? undefined : fieldOf(json, field);
		const word = typeof said === 'boolean' ? String(said) : (textOf(json, field) ?? '').toLowerCase();
		const fits = values.length === 0 ? word !== '' : values.includes(word);
		if (field !== '' && !fits) return { status: 'unknown', reason: `its '${field}' does not say accepted` };
		const messageId = textOf(json, idField);
		if (idField !== '' && messageId === undefined)
			return { status: 'unknown', reason: `it has no '${idField}'` };
		return { status: 'accepted', messageId: messageId ?? null, sentAt: instantOf(fieldOf(json, timeField)) };
	};
}

/** What an answer means that is no acceptance. */
function wordOf(answer: Exclude<Acceptance, { status: 'accepted' }>, vendor: string): VendorWord {
	if (answer.status === 'refused') return answer.word;
	return { kind: 'doubt', vendor, code: 'none', meaning: `the answer is not known, ${answer.reason}` };
}

const rehearsed = (json: ItemJson, parameters: Parameters): Accepted => ({
	messageId: textOf(json, parameters.text('messageIdField')) ?? null,
	sentAt: instantOf(fieldOf(json, parameters.text('sentAtField'))),
});

/**
 * The rule of a Commit node. Version 1 names fields: an item without a message id is refused and its send ends in doubt
 * when its lease is over, as workflows saved with it expect.
 * From version 2 on the provider is picked, and what it answers is recorded at once.
 */
export function acceptanceRule(version: number, parameters: Parameters): AcceptanceRule {
	const picked = parameters.text('provider');
	const known = version >= 2 ? providerOf(picked) : undefined;
	const fields = named(parameters);
	const read = known?.accepted ?? fields;
	const provider = known?.id ?? ((version >= 2 ? parameters.text('customProvider') : picked) || 'unknown');
	const vendor = known?.name ?? 'The provider';
	const sort: AcceptanceRule['sort'] = (out, own) => {
		const sorted = { own: [] as (OwnDelivery & Accepted)[], refused: [] as (OwnDelivery & Refused)[] };
		for (const delivery of own) {
			const { index, envelope } = delivery;
			const json = out.items[index]?.json ?? {};
			if (envelope.mode === 'dry-run') {
				sorted.own.push({ ...delivery, ...rehearsed(json, parameters) });
				continue;
			}
			const answer = read(json);
			if (answer.status === 'accepted') {
				const messageId = known ? (bareId(answer.messageId ?? undefined) ?? null) : answer.messageId;
				sorted.own.push({ ...delivery, messageId, sentAt: answer.sentAt });
			} else if (version < 2) {
				const about = {
					item: index,
					field: parameters.text('messageIdField'),
					parameter: 'Message ID Field',
				};
				out.refuse(index, gateError('field-missing', about), { delivery: envelope });
			} else {
				sorted.refused.push({ ...delivery, word: wordOf(answer, vendor) });
			}
		}
		return sorted;
	};
	const batches = known && batchRuleOf(known.id);
	const sortBatch: AcceptanceRule['sortBatch'] = ({ index, members, messages }, json) => {
		// The whole answer: of a list by itself n8n makes an item for each entry, and nothing says whose it is.
		const answers = batches?.read(json.body, messages);
		const sorted = { own: [] as (OfBatch & Accepted)[], refused: [] as (OfBatch & Refused)[] };
		members.forEach((member, at) => {
			const delivery = { index, envelope: member.envelope, member };
			const answer = answers?.[at] ?? { status: 'unknown', reason: `${vendor} answers no batches here` };
			if (answer.status === 'accepted')
				sorted.own.push({ ...delivery, messageId: answer.messageId, sentAt: answer.sentAt });
			else sorted.refused.push({ ...delivery, word: wordOf(answer, vendor) });
		});
		return sorted;
	};
	return { provider, sort, sortBatch };
}
