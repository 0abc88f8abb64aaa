import type { HostEntry } from './types';

const hosts = (role: HostEntry['role'], names: string, reads?: string): HostEntry[] =>
	names
		.trim()
		.split(/\s+/)
		.map((host) => ({ host, role, ...(reads === undefined ? {} : { reads }) }));

/**
 * Hosts of public APIs and what a request that may change something does there. `*.` stands for any subdomain.
 * A host that is missing is unknown: the request counts as a send until the policy declares it.
 */
export const HOSTS: readonly HostEntry[] = [
	...hosts(
		'sender',
		`api.postmarkapp.com api.sendgrid.com api.mailgun.net api.eu.mailgun.net api.resend.com api.brevo.com
		api.sendinblue.com api.mailjet.com mandrillapp.com api.mailersend.com api.sparkpost.com api.zeptomail.com
		gmail.googleapis.com graph.microsoft.com *.amazonaws.com api.twilio.com rest.messagebird.com
		api.nexmo.com graph.facebook.com api.telegram.org api.line.me api.elasticemail.com smtp.maileroo.com
		app.loops.so api.customer.io`,
	),
	...hosts(
		'state-writer',
		'api.hubapi.com api.hubspot.com *.salesforce.com api.pipedrive.com *.api-us1.com api.intercom.io',
		'(/search|/batch/read|/search/?)$',
	),
	...hosts(
		'generator',
		`api.openai.com api.anthropic.com generativelanguage.googleapis.com api.mistral.ai api.groq.com
		openrouter.ai api.deepseek.com api.perplexity.ai api.cohere.com api.x.ai api.elevenlabs.io
		api.creatomate.com api.replicate.com fal.run queue.fal.run api.stability.ai api.heygen.com api.d-id.com
		api.deepl.com api-free.deepl.com api.tavily.com api.firecrawl.dev r.jina.ai api.apify.com
		api-inference.huggingface.co api.assemblyai.com api.deepgram.com`,
	),
	...hosts(
		'notifier',
		`slack.com hooks.slack.com discord.com events.pagerduty.com api.opsgenie.com *.webhook.office.com`,
	),
	...hosts('writer', 'api.notion.com api.airtable.com sheets.googleapis.com api.github.com *.supabase.co'),
];
