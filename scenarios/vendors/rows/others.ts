import type { Row } from './row';

const spine = 'test/workflows/content-delivery-spine.test.ts';

/** HubSpot, mail servers, the other providers, and recipients from any source. */
export const otherRows: readonly Row[] = [
	{
		id: 'H1',
		vendor: 'HubSpot',
		fact: 'a merge makes one contact of two',
		harm: 'second email',
		test: [spine, 'does not mail a person again whose served contact was merged'],
		undo: {
			file: 'app/ledger/operations/absorb.ts',
			from: 'if (pairs.length === 0) return;',
			to: 'return;',
		},
	},
	{
		id: 'H1',
		vendor: 'HubSpot',
		fact: 'two unsent contacts may be merged between two runs',
		harm: 'second email',
		test: [spine, 'mails once when two unsent contacts were merged'],
		undo: {
			file: 'app/deliver/collect.ts',
			from: 'if (mergesOf === undefined || records.length === 0)',
			to: 'if (mergesOf !== undefined || records.length >= 0)',
		},
	},
	{
		id: 'H1',
		vendor: 'HubSpot',
		fact: 'while it is down nobody knows who was merged',
		harm: 'second email',
		test: [spine, 'keeps back what is unsent while HubSpot is down'],
		undo: {
			file: 'app/deliver/collect.ts',
			from: '!gone.includes(record) && !waiting.includes(record)',
			to: '!gone.includes(record)',
		},
	},
	{
		id: 'H2',
		vendor: 'HubSpot',
		fact: 'some refusals pass: 409, and categories inside a 207',
		harm: 'HubSpot stale for good',
		test: ['test/adapters/hubspot/refused-alone.test.ts', 'v3 CONFLICT'],
		undo: {
			file: 'adapters/hubspot/write.ts',
			from: "CONFLICT: 'conflict',",
			to: "CONFLICT: 'refused',",
		},
	},
	{
		id: 'H3',
		vendor: 'HubSpot',
		fact: 'the dated paths tell refusals inside a 200',
		harm: 'written again for ever',
		test: ['test/adapters/hubspot/refused-alone.test.ts', '2026-09 VALIDATION_ERROR'],
		undo: {
			file: 'adapters/hubspot/transport.ts',
			from: 'return build(asMultiStatus(answer));',
			to: 'void asMultiStatus; return build(answer);',
		},
	},
	{
		id: 'H4',
		vendor: 'HubSpot',
		fact: 'a batch may be refused as such',
		harm: 'two calls for each contact',
		test: ['test/adapters/hubspot/refused-alone.test.ts', 'as such costs a handful'],
		undo: { file: 'adapters/hubspot/read.ts', from: 'if (ids.length < FEW)', to: 'if (ids.length > 0)' },
	},
	{
		id: 'H5',
		vendor: 'HubSpot',
		fact: 'a single send that was not made is a 200',
		harm: 'wrong commit',
		test: ['test/workflows/providers.test.ts', 'a single send that HubSpot did not make'],
		undo: {
			file: 'adapters/providers/registry.ts',
			from: "name: 'HubSpot Single Send', accepted: hubSpot }",
			to: "name: 'HubSpot Single Send', accepted: byId(['statusId']) }",
		},
	},
	{
		id: 'SMTP',
		vendor: 'mail servers',
		fact: 'n8n hands over their reply as text only',
		harm: 'a wrong password ended as delivered',
		test: ['test/workflows/providers.test.ts', 'a wrong password pauses the spine'],
		undo: { file: 'adapters/providers/failure.ts', from: ' ?? smtpFailure(answer)', to: '' },
	},
	{
		id: 'events',
		vendor: 'SendGrid',
		fact: 'events are posted as arrays',
		harm: 'outcomes lost',
		test: ['test/adapters/providers/events.test.ts', 'SendGrid posts an array'],
		undo: {
			file: 'app/deliver/provider-event.ts',
			from: 'if (Array.isArray(body)) return body.map',
			to: 'if (Array.isArray(body) && body.length < 0) return body.map',
		},
	},
	{
		id: 'doubt',
		vendor: 'all eight',
		fact: 'one provider knows nothing of the mail of another',
		harm: 'second email',
		test: ['test/workflows/providers.test.ts', 'stays one where the others of its slot'],
		undo: {
			file: 'app/deliver/settle-by-answers.ts',
			from: 'if (unproven) return unproven;',
			to: 'void unproven;',
		},
	},
	{
		id: 'source',
		vendor: 'any source',
		fact: 'recipients need not stand in HubSpot',
		harm: 'writes nobody made',
		test: ['test/nodes/delivery-commit/outbox.test.ts', 'are told on the output, and nothing piles up'],
		undo: {
			file: 'app/ledger/context.ts',
			from: "settings.writeBack !== 'output'",
			to: 'true',
		},
	},
];
