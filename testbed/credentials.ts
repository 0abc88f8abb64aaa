import type { PlainCredential } from './n8n/command';
import { sandboxGeneratorKey, sandboxServerToken, sandboxToken } from './standins';

/** A credential of the sandbox, without what it holds. */
export interface SandboxCredential {
	/** 16 characters; fixed, so that workflows refer to it. */
	readonly id: string;
	readonly name: string;
	readonly type: string;
}

/**
 * One credential for each type the templates use; all of them open stand-ins only. The ledger has none: SQLite in
 * n8n's user folder is its default.
 */
export const sandboxCredentials = {
	hubspot: { id: 'rgSandboxHubSpot', name: 'HubSpot stand-in', type: 'releaseGateHubSpotApi' },
	postmark: { id: 'rgSandboxPostmrk', name: 'Postmark stand-in', type: 'postmarkApi' },
	generator: { id: 'rgSandboxGenerat', name: 'Generator stand-in', type: 'openAiApi' },
	alerts: { id: 'rgSandboxAlerts1', name: 'Alerts stand-in', type: 'slackApi' },
	events: { id: 'rgSandboxEvents1', name: 'Postmark events', type: 'httpBasicAuth' },
	pipeline: { id: 'rgSandboxPipelin', name: 'Release pipeline', type: 'httpHeaderAuth' },
} as const satisfies Record<string, SandboxCredential>;

/** User and password the webhook for Postmark's events asks for in the sandbox. */
export const eventsLogin = { user: 'postmark', password: 'stand-in' } as const;

/** Header a pipeline sends to open a release in the sandbox. */
export const pipelineHeader = { name: 'X-Release-Key', value: 'stand-in' } as const;

/** The credentials with what they hold, ready for n8n's import. */
export function plainCredentials(urls: {
	readonly hubspot: string;
	readonly generator: string;
}): readonly PlainCredential[] {
	const { hubspot, postmark, generator, alerts, events, pipeline } = sandboxCredentials;
	return [
		{ ...hubspot, data: { accessToken: sandboxToken, baseUrl: urls.hubspot } },
		{ ...postmark, data: { serverToken: sandboxServerToken } },
		{ ...generator, data: { apiKey: sandboxGeneratorKey, url: `${urls.generator}/v1` } },
		{ ...alerts, data: { accessToken: 'xoxb-stand-in' } },
		{ ...events, data: eventsLogin },
		{ ...pipeline, data: pipelineHeader },
	];
}
