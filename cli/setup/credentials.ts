import { createHubSpotDirectory } from '../../adapters/hubspot';
import type { Installed } from '../../app/setup/ports';
import type { ContactDirectory } from '../../app/ports/contacts';
import type { JsonObject } from '../../core/delivery/types';
import type { Terminal } from '../command';
import type { Given, Text } from './given';

/** What credentials are made of, by type. */
export type Made = Record<string, { readonly name: string; readonly data: JsonObject }>;

/** How the one secret of a credential is asked for. */
interface Secret {
	readonly option: Text;
	readonly what: string;
	readonly text: string;
	/** Where it stands in the credential. */
	readonly field: string;
}

const secrets = {
	releaseGateHubSpotApi: {
		option: 'hubspotToken',
		what: 'the token of HubSpot',
		text: 'HubSpot token (Service Key or private app)',
		field: 'accessToken',
	},
	postmarkApi: {
		option: 'postmarkToken',
		what: 'the token of Postmark',
		text: 'Postmark server token',
		field: 'serverToken',
	},
	openAiApi: { option: 'openaiKey', what: 'the key of OpenAI', text: 'OpenAI key', field: 'apiKey' },
	slackApi: {
		option: 'slackToken',
		what: 'the token of Slack',
		text: 'Slack bot token for alarms (empty: alarms wait until you choose one)',
		field: 'accessToken',
	},
} as const satisfies Readonly<Record<string, Secret>>;

type Asked = keyof typeof secrets;

const isAsked = (type: string): type is Asked => type in secrets;

/** HubSpot with a token, at the address that is given. */
export function hubSpotOf(given: Given, accessToken: string): ContactDirectory {
	const baseUrl = given.plain('hubspotUrl');
	return createHubSpotDirectory({ accessToken, ...(baseUrl === undefined ? {} : { baseUrl }) });
}

/** Asks for the secrets that are needed and not yet in n8n. A token that HubSpot refuses is asked for again. */
export async function credentialsOf(
	given: Given,
	before: Installed | null,
	needed: ReadonlySet<string>,
	secret: () => string,
): Promise<Made> {
	const made: Made = {};
	const known = before?.credentials ?? {};
	const wanted = (type: string): boolean => needed.has(type) && known[type] === undefined;
	const answer = async (
		type: Asked,
		check?: (value: string) => Promise<void>,
		fallback?: string,
	): Promise<string> => {
		const { option, what, text } = secrets[type];
		return await given.need(option, {
			what,
			text,
			secret: true,
			...(check === undefined ? {} : { check }),
			...(fallback === undefined ? {} : { fallback }),
		});
	};
	if (wanted('releaseGateHubSpotApi')) {
		const taken = async (token: string): Promise<void> =>
			void (await hubSpotOf(given, token).definitions.list());
		made.releaseGateHubSpotApi = {
			name: 'Release gate: HubSpot',
			data: {
				accessToken: await answer('releaseGateHubSpotApi', taken),
				baseUrl: given.plain('hubspotUrl') ?? 'https://api.hubapi.com',
				callsPer10Seconds: 100,
				searchesPerSecond: 5,
				pathVersion: 'v3',
			},
		};
	}
	if (wanted('postmarkApi'))
		made.postmarkApi = {
			name: 'Release gate: Postmark',
			data: { serverToken: await answer('postmarkApi') },
		};
	if (wanted('openAiApi')) {
		const url = given.plain('openaiUrl') ?? 'https://api.openai.com/v1';
		const apiKey = await answer('openAiApi');
		made.openAiApi = { name: 'Release gate: OpenAI', data: { apiKey, url, header: false } };
	}
	if (wanted('slackApi')) {
		const accessToken = await answer('slackApi', undefined, '');
		if (accessToken !== '') made.slackApi = { name: 'Release gate: Slack', data: { accessToken } };
	}
	const ledger = given.plain('ledger');
	if (ledger !== undefined && known.releaseGateLedgerApi === undefined)
		made.releaseGateLedgerApi = {
			name: 'Release gate: ledger',
			data: {
				store: 'postgres',
				connection: 'url',
				connectionSecret: ledger,
				ssl: 'off',
				schema: 'release_gate',
			},
		};
	if (wanted('httpBasicAuth'))
		made.httpBasicAuth = {
			name: 'Release gate: reports and events',
			data: { user: 'release-gate', password: secret() },
		};
	return made;
}

/** Asks for another secret where the service behind a credential refused the first; `null` where nobody answers, or nothing. */
export const askAgain =
	({ asker, err }: Terminal) =>
	async (type: string, reason: string, data: JsonObject): Promise<JsonObject | null> => {
		if (asker === undefined || !isAsked(type)) return null;
		const { what, field } = secrets[type];
		err(`${what[0]?.toUpperCase()}${what.slice(1)} is refused: ${reason}.\n`);
		const answer = await asker.ask('Another one (empty: stop here): ', true);
		return answer === null || answer === '' ? null : { ...data, [field]: answer };
	};
