import { describe, expect, it } from '@jest/globals';
import { providers } from '../../../adapters/providers/registry';
import { auditWorkflow, parseAuditPolicy, parseWorkflow } from '../../../core/audit';
import { PROVIDER_IDS } from '../../../core/audit/catalogue/providers';
import { find, sendBy, set } from '../../../testbed/audit/edit';
import { spine, STAND_INS } from '../../../testbed/audit/spine';

type Change = ReturnType<typeof set>;

const policy = parseAuditPolicy(STAND_INS, 'test');

/** The spine whose commits are of version 2 with this provider, after further changes. */
const rules = (provider: unknown, ...changes: readonly Change[]): readonly string[] => {
	const workflow = spine();
	for (const change of changes) change(workflow);
	for (const name of ['Commit delivery', 'Commit rehearsal']) {
		Object.assign(find(workflow, name), { typeVersion: 2, parameters: { operation: 'commit', provider } });
	}
	const { violations } = auditWorkflow(parseWorkflow(workflow, 'test'), { policy });
	return [...new Set(violations.map(({ rule }) => rule))];
};
const through = (url: string): Change => set('Send email', { url });

describe('a commit that picks the provider', () => {
	it('is proven behind a send that this provider answers', () => {
		expect(rules('postmark', through('https://api.postmarkapp.com/email'))).toEqual([]);
		expect(rules('resend', through('https://api.resend.com/emails'))).not.toContain('acceptance-unproven');
		expect(rules('smtp', sendBy('n8n-nodes-base.emailSend', { toEmail: 'x' }, '', 2.1))).not.toContain(
			'acceptance-unproven',
		);
	});

	it('is not proven behind the send of another one, whatever Message ID Field held before', () => {
		expect(rules('postmark', through('https://api.resend.com/emails'))).toContain('acceptance-unproven');
		expect(rules('brevo', through('https://api.postmarkapp.com/email'))).toContain('acceptance-unproven');
	});

	it('is not proven where the provider is chosen at run time', () => {
		expect(rules('={{ $json.provider }}', through('https://api.postmarkapp.com/email'))).toContain(
			'acceptance-unproven',
		);
	});

	it('does not save a retry towards Postmark, which knows no idempotency key', () => {
		const retried: Change = (workflow) => {
			const send = find(workflow, 'Send email');
			send.retryOnFail = true;
			Object.assign(send.parameters, {
				sendHeaders: true,
				headerParameters: {
					parameters: [{ name: 'Idempotency-Key', value: '={{ $json.delivery.key }}' }],
				},
			});
		};
		expect(rules('resend', through('https://api.resend.com/emails'), retried)).not.toContain('send-retried');
		expect(rules('postmark', through('https://api.postmarkapp.com/email'), retried)).toContain(
			'send-retried',
		);
	});

	it('knows the fields that the node itself reads, and no others', () => {
		expect(Object.keys(PROVIDER_IDS)).toEqual(providers.map(({ id }) => id));
		const rest = { ErrorCode: 0, response: '250 ok', accepted: ['a@example.com'], status: 'PENDING' };
		for (const { id, accepted } of providers) {
			expect(accepted(rest).status).toBe('unknown');
			for (const field of PROVIDER_IDS[id] ?? []) {
				expect([id, field, accepted({ ...rest, [field]: 'm-1' })]).toEqual([
					id,
					field,
					{ status: 'accepted', messageId: 'm-1' },
				]);
			}
		}
	});
});
