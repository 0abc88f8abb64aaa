import type { Acceptance, HostEntry, WorldRole } from './types';

const hosts = (role: WorldRole, names: string, more: Omit<HostEntry, 'host' | 'role'> = {}): HostEntry[] =>
	names
		.trim()
		.split(/\s+/)
		.map((host) => ({ host, role, ...more }));

const sender = (
	host: string,
	accepts: Acceptance,
	more: Omit<HostEntry, 'host' | 'role'> = {},
): HostEntry => ({
	host,
	role: 'sender',
	get: 'reader',
	...more,
	accepts,
});

/**
 * Hosts of public APIs and what a request does there. A host that is missing is unknown, whatever the method: the
 * request counts as a send until the policy declares it. Names of message ids are those of the vendors' API references.
 */
export const HOSTS: readonly HostEntry[] = [
	// https://postmarkapp.com/developer/api/email-api: MessageID; no idempotency.
	sender('api.postmarkapp.com', { ids: ['MessageID'] }),
	// https://www.twilio.com/docs/sendgrid/api-reference/mail-send: 202 without a body, id in a header.
	sender('api.sendgrid.com', { ids: ['headers.x-message-id'], bySuccess: true }),
	sender('api.eu.sendgrid.com', { ids: ['headers.x-message-id'], bySuccess: true }),
	...['api.mailgun.net', 'api.eu.mailgun.net'].map((host) => sender(host, { ids: ['id'] })),
	// https://resend.com/docs/dashboard/emails/idempotency-keys
	sender('api.resend.com', { ids: ['id'], dedupes: 'Idempotency-Key', dedupesAt: '^/emails(/batch)?/?$' }),
	...['api.brevo.com', 'api.sendinblue.com'].map((host) => sender(host, { ids: ['messageId'] })),
	sender('api.mailjet.com', { ids: ['Messages', 'Messages.0.To.0.MessageID'] }),
	sender('mandrillapp.com', { ids: ['_id'] }, { get: 'sender' }),
	sender('api.mailersend.com', { ids: ['headers.x-message-id'], bySuccess: true }),
	sender('api.sparkpost.com', { ids: ['results.id'] }),
	sender('api.eu.sparkpost.com', { ids: ['results.id'] }),
	sender('api.zeptomail.com', { ids: ['request_id'] }),
	sender('api.elasticemail.com', { ids: ['MessageID', 'TransactionID'] }, { get: 'sender' }),
	sender('smtp.maileroo.com', { ids: ['data.reference_id'] }),
	// https://loops.so/docs/api-reference/send-transactional-email: Idempotency-Key, success only.
	sender('app.loops.so', { ids: ['success'], bySuccess: true, dedupes: 'Idempotency-Key' }),
	sender('api.customer.io', { ids: ['delivery_id'] }),
	sender('gmail.googleapis.com', { ids: ['id'] }),
	sender('graph.microsoft.com', { ids: [], bySuccess: true }),
	sender('api.twilio.com', { ids: ['sid'] }),
	sender('rest.messagebird.com', { ids: ['id'] }),
	// Answers 200 with a status in the body, and takes sends by GET.
	sender('rest.nexmo.com', { ids: [] }, { get: 'sender' }),
	sender('api.nexmo.com', { ids: ['message_uuid'] }),
	// Graph takes `?method=post` on a GET.
	sender('graph.facebook.com', { ids: ['messages.0.id', 'message_id', 'id'] }, { get: 'sender' }),
	// Every method of the Bot API can be called by GET: https://core.telegram.org/bots/api#making-requests
	sender(
		'api.telegram.org',
		{ ids: ['result.message_id'] },
		{ get: 'sender', paths: [['/(getMe|getUpdates|getFile|getChat|getWebhookInfo)$', 'reader']] },
	),
	sender('api.line.me', { ids: ['sentMessages.0.id'] }),
	sender('api.pushover.net', { ids: ['request'] }),
	sender('api.courier.com', { ids: ['requestId'], dedupes: 'Idempotency-Key' }),
	sender('*.communication.azure.com', { ids: ['id'] }),
	sender('email.*.amazonaws.com', { ids: ['MessageId'] }, { get: 'sender' }),
	sender('sns.*.amazonaws.com', { ids: ['MessageId'] }, { get: 'sender' }),
	sender('pinpoint.*.amazonaws.com', { ids: ['MessageResponse.RequestId'] }),
	...['api.hubapi.com', 'api.hubspot.com'].map((host): HostEntry => ({
		host,
		role: 'state-writer',
		get: 'reader',
		reads: '(/search|/batch/read)/?$',
		// https://developers.hubspot.com/docs/api-reference/marketing-single-send: drops repetitions of one sendId.
		paths: [
			[
				'^/(marketing/v[34]/email/single-send|marketing/v[34]/transactional/single-email/send|email/public/v1/singleEmail/send|conversations/v3/conversations/threads/[^/]+/messages|automation/.*/enrollments/.*)',
				'sender',
			],
		],
		accepts: { ids: ['statusId', 'id'], dedupes: 'message.sendId' },
	})),
	...hosts('state-writer', '*.salesforce.com api.pipedrive.com *.pipedrive.com *.api-us1.com', {
		get: 'reader',
	}),
	...hosts(
		'generator',
		`api.openai.com api.anthropic.com generativelanguage.googleapis.com api.mistral.ai api.groq.com
		openrouter.ai api.deepseek.com api.perplexity.ai api.cohere.com api.cohere.ai api.x.ai api.elevenlabs.io
		api.creatomate.com api.replicate.com fal.run queue.fal.run api.stability.ai api.heygen.com api.d-id.com
		api.deepl.com api-free.deepl.com api.tavily.com api.firecrawl.dev r.jina.ai api.jina.ai
		api-inference.huggingface.co router.huggingface.co api.assemblyai.com api.deepgram.com api.together.xyz
		api.fireworks.ai *.openai.azure.com *.cognitiveservices.azure.com *.services.ai.azure.com
		*.inference.ai.azure.com bedrock-runtime.*.amazonaws.com bedrock-agent-runtime.*.amazonaws.com
		*-aiplatform.googleapis.com localhost:11434 127.0.0.1:11434 ollama:11434 host.docker.internal:11434`,
		{ get: 'reader' },
	),
	// Only a fixed channel of the team; whoever is named by the item is a recipient (`http.ts`).
	...hosts('notifier', 'slack.com', {
		get: 'notifier',
		paths: [['^/api/[a-z]+\\.(list|info|history|replies|lookupByEmail)$', 'reader']],
		accepts: { ids: ['ts'] },
	}),
	...hosts(
		'notifier',
		'hooks.slack.com discord.com discordapp.com events.pagerduty.com api.opsgenie.com *.webhook.office.com',
	),
	// Pages of states and measures: https://www.atlassian.com/software/statuspage, https://docs.datadoghq.com/api
	...hosts(
		'unknown',
		`www.githubstatus.com status.sendgrid.com www.stripestatus.com status.hubspot.com status.openai.com
		status.postmarkapp.com api.datadoghq.com api.datadoghq.eu api.stripe.com sentry.io prometheus.grafana.net`,
		{ get: 'reader' },
	),
	// A reply or a message reaches a customer.
	...hosts('sender', 'api.intercom.io *.zendesk.com *.freshdesk.com', { get: 'reader', reads: '/search/?$' }),
	...hosts(
		'writer',
		`api.notion.com api.airtable.com sheets.googleapis.com api.github.com *.supabase.co www.googleapis.com
		s3.amazonaws.com s3.*.amazonaws.com *.s3.amazonaws.com *.s3.*.amazonaws.com dynamodb.*.amazonaws.com
		*.r2.cloudflarestorage.com storage.googleapis.com *.blob.core.windows.net *.pinecone.io *.qdrant.io`,
		{ get: 'reader' },
	),
];
