import type { Row } from './row';

const spine = 'test/workflows/content-delivery-spine.test.ts';
const content = 'workflows/delivery/content-delivery-spine.json';

/** Postmark and the generators of texts. */
export const mailRows: readonly Row[] = [
	{
		id: 'P1',
		vendor: 'Postmark',
		fact: 'the search of messages looks into the stream outbound unless another is named',
		harm: 'second email',
		test: [spine, 'asks Postmark about the stream it sent through'],
		undo: {
			file: 'workflows/delivery/reconcile.json',
			node: 'Ask Postmark',
			from: "={{ $('Set Config').first().json.messageStream }}",
			to: 'outbound',
		},
	},
	{
		id: 'P2',
		vendor: 'Postmark',
		fact: 'the status page is another product since 2023, with another answer',
		harm: 'no content release could ship',
		test: ['test/adapters/providers/status-pages.test.ts', 'reads each vendor in the shape'],
		undo: {
			file: 'adapters/providers/status-pages.ts',
			from: "shape: 'sorry',",
			to: "shape: 'statuspage',",
		},
	},
	{
		id: 'P3',
		vendor: 'Postmark',
		fact: 'account faults are HTTP 422 too',
		harm: 'slot lost',
		test: [spine, 'Postmark, out of credits'],
		undo: {
			file: 'adapters/providers/postmark.ts',
			from: "405: ['everybody',",
			to: "405: ['recipient',",
		},
	},
	{
		id: 'P4',
		vendor: 'Postmark',
		fact: 'metadata values have at most 80 characters',
		harm: 'all sends fail',
		test: [spine, 'takes any name of a spine'],
		undo: {
			file: content,
			node: 'Send Email',
			from: "$json.delivery.key.length > 80 ? $json.delivery.key.hash('sha256') : $json.delivery.key",
			to: '$json.delivery.key',
		},
	},
	{
		id: 'P5',
		vendor: 'Postmark',
		fact: 'SubscriptionChange reports who unsubscribed',
		harm: 'texts for nobody, complaints',
		test: ['test/workflows/around-the-spine.test.ts', 'takes who unsubscribed out of HubSpot'],
		undo: {
			file: 'app/deliver/provider-event.ts',
			from: "if (fieldOf(event, 'SuppressSending') === true) return { status: 'no-more-mail' };",
			to: '',
		},
	},
	{
		id: 'P6',
		vendor: 'Postmark',
		fact: 'there is no idempotency key header',
		harm: 'second email',
		test: ['test/core/audit/commit-version-2.test.ts', 'save a retry towards Postmark'],
		undo: {
			file: 'core/audit/catalogue/hosts.ts',
			from: "sender('api.postmarkapp.com', { ids: ['MessageID'] }),",
			to: "sender('api.postmarkapp.com', { ids: ['MessageID'], dedupes: 'Idempotency-Key' }),",
		},
	},
	{
		id: 'O1',
		vendor: 'OpenAI',
		fact: 'models are retired; a call then answers 404',
		harm: 'slot lost',
		test: [spine, 'a retired model'],
		undo: {
			file: 'adapters/providers/openai.ts',
			from: "model_not_found: ['everybody',",
			to: "model_not_found: ['recipient',",
		},
	},
	{
		id: 'O2',
		vendor: 'OpenAI',
		fact: 'limits a minute, answered with 429',
		harm: 'half the slot lost',
		test: [spine, 'loses nothing at a quarter'],
		undo: {
			file: 'adapters/providers/openai.ts',
			from: "const costsReplay = kind !== 'later';",
			to: 'const costsReplay = true;',
		},
	},
	{
		id: 'O3',
		vendor: 'OpenAI',
		fact: 'texts are cut off, filtered or refused with 200',
		harm: 'bad mail',
		test: [spine, 'sends no text that is cut-off'],
		undo: {
			file: content,
			node: 'Is Text Unfit?',
			from: "choice?.finish_reason !== 'stop' || !!choice?.message?.refusal || ",
			to: '',
		},
	},
];
