import { describe, expect, it } from '@jest/globals';
import { auditWorkflow, parseAuditPolicy, parseWorkflow } from '../../../core/audit';
import {
	base,
	BATCH,
	batchOf,
	behind,
	between,
	type Change,
	EMAIL,
	fields,
	inBatches,
	WHOLE,
} from '../../../testbed/audit/batches';
import { beforeSend, code, cut, find, flag, insert, link, node, set } from '../../../testbed/audit/edit';
import { spine, STAND_INS, type SpineWorkflow } from '../../../testbed/audit/spine';

const policy = parseAuditPolicy(STAND_INS, 'test');
const audit = (workflow: SpineWorkflow, given = policy) =>
	auditWorkflow(parseWorkflow(workflow, 'test'), { policy: given });
const rules = (workflow: SpineWorkflow): readonly string[] => [
	...new Set(audit(workflow).violations.map(({ rule }) => rule)),
];

/** A second commit, of this version and provider, behind the send of batches alone. */
const commitOf =
	(typeVersion: number, parameters: Record<string, unknown>): Change =>
	(workflow) => {
		workflow.nodes.push(
			node('Commit batch', 'deliveryCommit', { operation: 'commit', ...parameters }, {}, typeVersion),
		);
		cut(workflow, 'Send batch', 0);
		link(workflow, 'Send batch', 0, 'Commit batch');
	};

describe('a spine that sends in batches', () => {
	it('is proven, and names the recipients of both sends', () => {
		const report = audit(inBatches());
		expect(report.violations).toEqual([]);
		expect(report.verdict).toBe('proven');
		expect(
			report.cover.sends.map(({ node: name, guarded, recipients }) => [name, guarded, recipients]),
		).toEqual([
			['Send email', true, [expect.any(String)]],
			['Send batch', true, [EMAIL]],
		]);
	});

	it.each<readonly [string, readonly Change[]]>([
		['a No Operation on the way', [between(base('Pass', 'noOp', {}, 1))]],
		[
			'its sends told apart by pauses from settings',
			[batchOf({ options: { ...WHOLE, batching: { batch: { batchSize: 1, batchInterval: 10 } } } })],
		],
		['a batch at run time or not', [set('Confirm before send', { perCall: '={{ $json.n }}' })]],
		['an address that is declared', [batchOf({ url: 'http://127.0.0.1/send' })]],
	])('is proven with %s', (_what, changes) => {
		expect(audit(inBatches(...changes)).violations).toEqual([]);
	});

	it('is not taken for one without the switch, whose outputs stay three', () => {
		const without = inBatches(set('Confirm before send', { batches: false }));
		expect(audit(without).cover.sends.map(({ node: name }) => name)).toEqual(['Send email']);
	});
});

describe('attacks on batches', () => {
	const attacks: Readonly<Record<string, readonly [rule: string, ...changes: readonly Change[]]>> = {
		'batches from before the confirmation': [
			'send-unconfirmed',
			(workflow) => link(workflow, 'Claim delivery', 1, 'Send batch'),
		],
		'batches from the stop output': [
			'send-unconfirmed',
			(workflow) => link(workflow, 'Confirm before send', 0, 'Send batch'),
		],
		'a rehearsal': ['dry-run-sends', (workflow) => link(workflow, 'Confirm rehearsal', 2, 'Send batch')],
		'two sends of one batch': [
			'send-twice',
			(workflow) => {
				const second = structuredClone(find(workflow, 'Send batch'));
				workflow.nodes.push({ ...second, name: 'Send again' });
				link(workflow, 'Confirm before send', 3, 'Send again');
				link(workflow, 'Send again', 0, 'Commit delivery');
				link(workflow, 'Send again', 1, 'Fail delivery');
			},
		],
		'a way back from the send': ['send-twice', (workflow) => link(workflow, 'Send batch', 1, 'Send batch')],
		'a way back to the confirmation': [
			'batch-not-whole',
			(workflow) => link(workflow, 'Send batch', 1, 'Confirm before send'),
		],
		'Retry On Fail': ['send-retried', flag('Send batch', { retryOnFail: true })],
		'Retry On Fail with a key that a batch has not': [
			'send-retried',
			flag('Send batch', { retryOnFail: true }),
			batchOf({
				url: 'https://api.resend.com/emails/batch',
				sendHeaders: true,
				headerParameters: { parameters: [{ name: 'Idempotency-Key', value: '={{ $json.delivery.key }}' }] },
			}),
		],
		'Execute Once': ['items-dropped', flag('Send batch', { executeOnce: true })],
		'Never Error': [
			'answer-unchecked',
			batchOf({ options: { response: { response: { fullResponse: true, neverError: true } } } }),
		],
		'On Error: continue': ['send-success-unproven', flag('Send batch', { onError: 'continueRegularOutput' })],
		'the error output committed': [
			'early-commit',
			(workflow) => link(workflow, 'Send batch', 1, 'Commit delivery'),
		],
		'the error output left open': ['claim-unsettled', (workflow) => cut(workflow, 'Send batch', 1)],
		'an answer without status': ['batch-not-whole', batchOf({ options: {} })],
		'an answer as text': [
			'batch-not-whole',
			batchOf({ options: { response: { response: { fullResponse: true, responseFormat: 'text' } } } }),
		],
		'further pages': ['batch-not-whole', batchOf({ options: { ...WHOLE, pagination: { pagination: {} } } })],
		'a body of its own': ['batch-not-whole', batchOf({ jsonBody: `={{ [{ To: ${EMAIL} }] }}` })],
		'the first message only': ['batch-not-whole', batchOf({ jsonBody: '={{ $json.messages[0] }}' })],
		'the messages twice': [
			'batch-not-whole',
			batchOf({ jsonBody: '={{ [...$json.messages, ...$json.messages] }}' }),
		],
		'the messages of the first batch': [
			'batch-not-whole',
			batchOf({ jsonBody: '={{ $input.first().json.messages }}' }),
		],
		'a body that is not sent': ['batch-not-whole', batchOf({ sendBody: false })],
		'an address for single ones': ['batch-not-whole', batchOf({ url: 'https://api.postmarkapp.com/email' })],
		'another vendor': ['batch-not-whole', batchOf({ url: 'https://api.brevo.com/v3/smtp/email' })],
		'single ones in its place': [
			'batch-not-whole',
			(workflow) => {
				cut(workflow, 'Confirm before send', 1);
				link(workflow, 'Confirm before send', 1, 'Send batch');
			},
		],
		'batches at the send of single ones': [
			'batch-not-whole',
			(workflow) => {
				cut(workflow, 'Confirm before send', 3);
				link(workflow, 'Confirm before send', 3, 'Send email');
			},
		],
		'other messages on the way': ['batch-not-whole', between(fields('Edit', 'messages', '={{ [] }}'))],
		'other deliveries on the way': [
			'delivery-overwritten',
			between(fields('Edit', 'deliveries', '={{ [] }}')),
		],
		'an answer from before': ['batch-not-whole', between(fields('Edit', 'body', '={{ [] }}'))],
		'Code on the way': ['batch-not-whole', between(code('Edit', 'return $input.all();'))],
		'the list taken apart on the way': [
			'items-dropped',
			between(base('Split', 'splitOut', { fieldToSplitOut: 'messages', options: {} }, 1)),
		],
		'a loop over batches': [
			'batch-not-whole',
			(workflow) => {
				insert(workflow, 'Confirm before send', 3, base('Loop', 'splitInBatches', { options: {} }, 3), 1);
				link(workflow, 'Send batch', 0, 'Loop');
			},
		],
		'a Wait on the way': ['slow-after-confirm', between(base('Wait', 'wait', {}, 1.1))],
		'one answer for one delivery, by version 1': [
			'acceptance-unproven',
			commitOf(1, { messageIdField: 'body.0.MessageID' }),
		],
		'one answer for one delivery, by a field of its own': [
			'acceptance-unproven',
			commitOf(2, { provider: 'custom', customProvider: 'x', messageIdField: 'statusCode' }),
		],
		'the answers of another provider': ['acceptance-unproven', commitOf(2, { provider: 'resend' })],
		'a provider chosen at run time': ['acceptance-unproven', commitOf(2, { provider: '={{ $json.p }}' })],
		'the answer taken apart before the commit': [
			'answer-replaced',
			behind(base('Split', 'splitOut', { fieldToSplitOut: 'body', options: {} }, 1)),
		],
		'an answer set behind the send': ['answer-replaced', behind(fields('Edit', 'body', '={{ [] }}'))],
		'a commit without a send': [
			'early-commit',
			(workflow) => {
				cut(workflow, 'Confirm before send', 3);
				link(workflow, 'Confirm before send', 3, 'Commit delivery');
			},
		],
		'batches that lead nowhere': ['claim-unsettled', (workflow) => cut(workflow, 'Confirm before send', 3)],
		'one address for all': [
			'one-recipient',
			set('Confirm before send', { message: "={{ { To: 'boss@example.com' } }}" }),
		],
		'the first reader for all': [
			'one-recipient',
			set('Confirm before send', {
				message: "={{ { To: $('Claim delivery').first().json.contact.properties.email } }}",
			}),
		],
		'a message to nobody': [
			'recipient-unclear',
			set('Confirm before send', { message: '={{ { Subject: 1 } }}' }),
		],
		'a copy to somebody': [
			'one-recipient',
			set('Confirm before send', { message: `={{ { To: ${EMAIL}, Bcc: 'boss@example.com' } }}` }),
		],
	};

	it.each(Object.entries(attacks))('%s: never proven', (_does, [rule, ...changes]) => {
		const workflow = inBatches(...changes);
		expect(rules(workflow)).toContain(rule);
		for (const { why, mend } of audit(workflow).violations) expect(`${why} ${mend}`).not.toContain('{node}');
	});

	it('is refuted by n8n’s own nodes alone: what they join and take apart is nobody’s any more', () => {
		const workflow = spine();
		set('Send email', { url: BATCH, jsonBody: '={{ $json.data }}' })(workflow);
		beforeSend(base('Aggregate', 'aggregate', { aggregate: 'aggregateAllItemData', options: {} }, 1))(
			workflow,
		);
		expect(rules(workflow)).toEqual(expect.arrayContaining(['items-dropped', 'recipient-unclear']));
	});
});
