import { canonicalJson } from '../../core/delivery/canonical';
import type { DeliveryRow, RecipientFacts } from '../../core/delivery/transitions';
import type { OutboxEntry } from '../../core/delivery/outbox';
import type { SpineSettings } from '../../core/delivery/spine-settings';
import type {
	DeliveryRef,
	DeliveryState,
	FailureClass,
	JsonObject,
	Outcome,
	Space,
} from '../../core/delivery/types';
import type { RecordKind, StoredRecord } from '../../app/ledger/records';
import type { ChainEnds, EventRow, NewOutboxRow, SlotRow, SpineRow } from '../../app/ledger/store';
import {
	Columns,
	document,
	flag,
	foreignText,
	number,
	numberOrNull,
	text,
	textOrNull,
	word,
} from './columns';

/** What is remembered of a recipient that was erased, beside its keyed name. */
export interface ErasedRow extends Pick<
	RecipientFacts,
	'lastSentAt' | 'lastSlot' | 'lastOpensAt' | 'doubtfulAt'
> {
	readonly salt: string;
	readonly spine: string;
	readonly erasedAt: number;
	readonly until: number;
}

/** The key of deliveries, inputs and messages. */
export const deliveryKey = new Columns<DeliveryRef>({
	spine: ['spine', text],
	space: ['space', word<Space>()],
	slot: ['slot', text],
	recipient: ['recipient', text],
});

type Delivery = Omit<DeliveryRow, 'ref'>;

/** What stands in `deliveries` beside the key. */
export const deliveryColumns = new Columns<Delivery>({
	state: ['state', word<DeliveryState>()],
	opensAt: ['opens_at', number],
	closesAt: ['closes_at', number],
	cadenceIndex: ['cadence_index', number],
	inputDigest: ['input_digest', text],
	token: ['token', number],
	owner: ['owner', foreignText],
	leaseUntil: ['lease_until', numberOrNull],
	attempts: ['attempts', number],
	sendingSince: ['sending_since', numberOrNull],
	sentAt: ['sent_at', numberOrNull],
	committedAt: ['committed_at', numberOrNull],
	provider: ['provider', foreignText],
	providerMessageId: ['provider_message_id', foreignText],
	failureClass: ['failure_class', word<FailureClass | null>()],
	retryable: ['retryable', flag],
	reason: ['reason', foreignText],
	outcome: ['outcome', word<Outcome | null>()],
	outcomeAt: ['outcome_at', numberOrNull],
	release: ['release', foreignText],
	variant: ['variant', foreignText],
	registeredAt: ['registered_at', number],
	updatedAt: ['updated_at', number],
	assetId: ['asset_id', foreignText],
});

/** What changes; the rest is fixed by registering. */
export const changingColumns = deliveryColumns.without(
	'opensAt',
	'closesAt',
	'cadenceIndex',
	'inputDigest',
	'registeredAt',
);

export const inputColumns = new Columns<{ text: string }>({ text: ['text', text] });
export const digestColumn = new Columns<{ inputDigest: string }>({ inputDigest: ['input_digest', text] });

export const recipientKey = deliveryKey.only('spine', 'space', 'recipient');

/** What stands in `recipients` beside the key. */
export const recipientColumns = new Columns<RecipientFacts>({
	lastSentAt: ['last_sent_at', numberOrNull],
	lastSlot: ['last_slot', textOrNull],
	lastOpensAt: ['last_opens_at', numberOrNull],
	sendingSlot: ['sending_slot', textOrNull],
	sendingSince: ['sending_from', numberOrNull],
	sendingUntil: ['sending_until', numberOrNull],
	doubtfulAt: ['doubtful_at', numberOrNull],
	committedCount: ['committed_count', number],
});

/** The keyed name under which an erased recipient is remembered. */
export const erasedKeyColumn = new Columns<{ digest: string }>({ digest: ['digest', text] });

/** What is remembered of a recipient that was erased. */
export const erasedColumns = new Columns<ErasedRow>({
	salt: ['salt', text],
	spine: ['spine', text],
	lastSentAt: ['last_sent_at', numberOrNull],
	lastSlot: ['last_slot', textOrNull],
	lastOpensAt: ['last_opens_at', numberOrNull],
	doubtfulAt: ['doubtful_at', numberOrNull],
	erasedAt: ['erased_at', number],
	until: ['until', number],
});

export const messageKey = new Columns<{ provider: string; messageId: string }>({
	provider: ['provider', text],
	messageId: ['message_id', text],
});

export const spineColumns = new Columns<SpineRow>({
	settings: [
		'settings',
		document(
			(settings) => JSON.stringify(settings),
			(stored) => JSON.parse(stored) as SpineSettings,
		),
	],
	version: ['version', number],
	paused: ['paused', flag],
	pauseReason: ['pause_reason', textOrNull],
	pausedAt: ['paused_at', numberOrNull],
	createdAt: ['created_at', number],
	updatedAt: ['updated_at', number],
	sweptUntil: ['swept_until', number],
});

export const slotColumns = new Columns<SlotRow>({
	spine: ['spine', text],
	space: ['space', word<Space>()],
	slot: ['slot', text],
	opensAt: ['opens_at', number],
	closesAt: ['closes_at', number],
});

const payload = document<JsonObject>(
	(value) => canonicalJson(value),
	(stored) => JSON.parse(stored) as JsonObject,
);

/** An entry of the outbox as it is handed out, beside the delivery it belongs to. */
export const outboxColumns = new Columns<Omit<OutboxEntry, 'ref'>>({
	id: ['id', { type: 'bigint', read: String, write: Number }],
	target: ['target', text],
	objectId: ['object_id', text],
	payload: ['payload', payload],
	createdAt: ['created_at', number],
	attempts: ['attempts', number],
});

/** An entry of the outbox as it comes in, beside the delivery it belongs to. */
export const newOutboxColumns = new Columns<Omit<NewOutboxRow, 'ref'>>({
	target: ['target', text],
	objectId: ['object_id', text],
	payload: ['payload', text],
	createdAt: ['created_at', number],
	status: ['status', word<NewOutboxRow['status']>()],
});

/** What of an entry of the outbox stands in the chain: what is written where, for whom, and what became of it. */
export const outboxState = [
	'target',
	'object_id',
	'payload',
	'spine',
	'space',
	'slot',
	'recipient',
	'created_at',
	'status',
];

export const eventColumns = new Columns<EventRow>({
	id: ['id', number],
	at: ['at', number],
	kind: ['kind', text],
	spine: ['spine', textOrNull],
	subject: ['subject', textOrNull],
	sentence: ['sentence', text],
	data: ['data', text],
	position: ['position', numberOrNull],
	hash: ['hash', textOrNull],
});

export const newEventColumns = eventColumns.without('id', 'position', 'hash');

export const chainColumns = new Columns<ChainEnds>({
	headPosition: ['head_position', number],
	headHash: ['head_hash', text],
	footPosition: ['foot_position', number],
	footHash: ['foot_hash', text],
});

export const recordColumns = new Columns<StoredRecord>({
	kind: ['kind', word<RecordKind>()],
	id: ['id', text],
	spine: ['spine', textOrNull],
	parent: ['parent', textOrNull],
	body: ['body', payload],
	revision: ['revision', number],
	createdAt: ['created_at', number],
	updatedAt: ['updated_at', number],
});
