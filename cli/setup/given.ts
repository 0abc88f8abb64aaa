import type { Answers } from '../../app/setup/answers';
import type { Installed } from '../../app/setup/ports';
import { gateError, ReleaseGateError } from '../../core/errors';
import { nextSlots, readRhythm } from '../../core/setup/rhythm';
import { publishedOf, setNames, spineTemplate, templatesOf, typesAsked } from '../../core/setup/sets';
import type { CredentialSlots, Template } from '../../core/setup/types';
import type { JsonObject } from '../../core/delivery/types';
import type { Terminal } from '../command';
import { checkMail, checkMails, checkSlot, listOf, unusable } from './checks';

/** Options of `init`, by flag or from a file under the same names. */
export interface Options {
	readonly n8n?: string;
	readonly key?: string;
	readonly inside?: string;
	readonly webhooks?: string;
	readonly sets?: string;
	readonly spine?: string;
	readonly rhythm?: string;
	readonly timeZone?: string;
	readonly hubspotToken?: string;
	readonly hubspotUrl?: string;
	readonly postmarkToken?: string;
	readonly openaiKey?: string;
	readonly openaiUrl?: string;
	readonly slackToken?: string;
	readonly ledger?: string;
	readonly from?: string;
	readonly channel?: string;
	readonly testContacts?: string;
	readonly approvers?: string;
	readonly firstSlot?: string;
	readonly set?: readonly string[];
	readonly file?: string;
	readonly record: string;
	readonly plan?: boolean;
	readonly undo?: boolean;
	readonly yes?: boolean;
}

type Text = {
	[Name in keyof Options]-?: Options[Name] extends string | undefined ? Name : never;
}[keyof Options];

/** Where a secret may stand besides its flag, which other people of the machine can see. */
const variables: Partial<Record<Text, string>> = {
	n8n: 'N8N_URL',
	key: 'N8N_API_KEY',
	hubspotToken: 'HUBSPOT_TOKEN',
	postmarkToken: 'POSTMARK_TOKEN',
	openaiKey: 'OPENAI_API_KEY',
	slackToken: 'SLACK_TOKEN',
};

interface Question {
	readonly what: string;
	readonly text: string;
	readonly fallback?: string;
	readonly secret?: boolean;
	/** Throws what is wrong with an answer. */
	readonly check?: (answer: string) => void;
}

const flagOf = (name: Text): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Takes what is given, else asks. */
export class Given {
	constructor(
		private readonly options: Options,
		private readonly terminal: Terminal,
		private readonly environment: Readonly<Record<string, string | undefined>>,
	) {}

	/** By flag, file or variable; `undefined` where it is not given. */
	plain(name: Text): string | undefined {
		const variable = variables[name];
		const value = this.options[name] ?? (variable === undefined ? undefined : this.environment[variable]);
		return value === undefined || value.trim() === '' ? undefined : value.trim();
	}

	/** Asks until an answer can be used. @throws `setup-answer-missing` where nobody answers */
	async need(name: Text, question: Question): Promise<string> {
		const { what, text, fallback, secret = false, check } = question;
		const given = this.plain(name);
		if (given !== undefined) {
			check?.(given);
			return given;
		}
		const { asker, err } = this.terminal;
		for (;;) {
			const hint = fallback === undefined || fallback === '' ? '' : ` [${fallback}]`;
			const answer = await (asker?.ask(`${text}${hint}: `, secret) ?? null);
			if (answer === null) throw gateError('setup-answer-missing', { what, flag: flagOf(name) });
			const value = answer === '' ? fallback : answer;
			if (value === undefined) continue;
			try {
				check?.(value);
				return value;
			} catch (error) {
				if (!(error instanceof ReleaseGateError)) throw error;
				err(`${error.message} ${error.remedy}\n`);
			}
		}
	}
}

/** The sets, in the order they are installed. @throws `setup-answer-unusable` */
function setsIn(text: string): readonly string[] {
	const sets = listOf(text);
	for (const one of sets)
		if (!setNames.some((name) => name === one))
			throw unusable('A set', one, `there are ${setNames.join(', ')}`);
	return sets;
}

/** The types of credentials that what is put in service needs. */
const neededTypes = (templates: readonly Template[], slots: CredentialSlots): ReadonlySet<string> =>
	new Set(
		[...publishedOf(templates), ...templates.filter(({ id }) => id === spineTemplate)].flatMap(
			({ workflow }) => workflow.nodes.flatMap((node) => typesAsked(node, slots).map(({ name }) => name)),
		),
	);

/** Values of *Set Config* given one by one. */
function assigned(list: readonly string[]): Readonly<Record<string, string | number>> {
	return Object.fromEntries(
		list.map((text) => {
			const [name = '', ...rest] = text.split('=');
			const value = rest.join('=');
			if (name === '' || rest.length === 0) throw unusable('A value', text, 'write it as name=value');
			return [name, /^\d+$/.test(value) ? Number(value) : value];
		}),
	);
}

/** What stands around the answers: the package, and what was done before. */
export interface Around {
	readonly templates: readonly Template[];
	readonly slots: CredentialSlots;
	readonly version: string;
	readonly before: Installed | null;
	readonly url: string;
	readonly apiKey: string;
	readonly secret: () => string;
	readonly now: number;
}

/** Roles of the release form for everybody who may approve: all that the template names. */
function rolesFor(approvers: readonly string[], templates: readonly Template[]): string {
	const nodes = templates.flatMap(({ workflow }) => workflow.nodes);
	const shipped = nodes
		.map(({ parameters }) => /"roles","value":"(.*?[^\\])","type"/.exec(JSON.stringify(parameters))?.[1])
		.find((text) => text !== undefined);
	const named =
		shipped === undefined ? {} : (JSON.parse(shipped.replaceAll('\\"', '"')) as Record<string, string[]>);
	const all = [...new Set(Object.values(named).flat())];
	return JSON.stringify(Object.fromEntries(approvers.map((one) => [one, all])));
}

type Made = Record<string, { readonly name: string; readonly data: JsonObject }>;

/** Asks for the secrets that are needed and not yet in n8n. */
async function credentialsOf(given: Given, around: Around, needed: ReadonlySet<string>): Promise<Made> {
	const made: Made = {};
	const known = around.before?.credentials ?? {};
	const wanted = (type: string): boolean => needed.has(type) && known[type] === undefined;
	const secret = async (name: Text, what: string, text: string, fallback?: string): Promise<string> =>
		await given.need(name, { what, text, secret: true, ...(fallback === undefined ? {} : { fallback }) });
	if (wanted('releaseGateHubSpotApi'))
		made.releaseGateHubSpotApi = {
			name: 'Release gate: HubSpot',
			data: {
				accessToken: await secret(
					'hubspotToken',
					'the token of HubSpot',
					'HubSpot token (Service Key or private app)',
				),
				baseUrl: given.plain('hubspotUrl') ?? 'https://api.hubapi.com',
				callsPer10Seconds: 100,
				searchesPerSecond: 5,
				pathVersion: 'v3',
			},
		};
	if (wanted('postmarkApi')) {
		const serverToken = await secret('postmarkToken', 'the token of Postmark', 'Postmark server token');
		made.postmarkApi = { name: 'Release gate: Postmark', data: { serverToken } };
	}
	if (wanted('openAiApi')) {
		const apiKey = await secret('openaiKey', 'the key of OpenAI', 'OpenAI key');
		const url = given.plain('openaiUrl') ?? 'https://api.openai.com/v1';
		made.openAiApi = { name: 'Release gate: OpenAI', data: { apiKey, url, header: false } };
	}
	if (wanted('slackApi')) {
		const text = 'Slack bot token for alarms (empty: alarms wait until you choose one)';
		const accessToken = await secret('slackToken', 'the token of Slack', text, '');
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
			data: { user: 'release-gate', password: around.secret() },
		};
	return made;
}

/** Everything that a set-up needs to know. @throws `setup-answer-missing`, `setup-answer-unusable`, `rhythm-unreadable` */
export async function answersFrom(given: Given, options: Options, around: Around): Promise<Answers> {
	const { before, slots, url, now, version } = around;
	const { chosen } = before ?? {};
	const sets = setsIn(given.plain('sets') ?? chosen?.sets.join(',') ?? 'delivery,release');
	const templates = templatesOf(around.templates, sets);
	const needed = neededTypes(templates, slots);
	const hasSpine = templates.some(({ id }) => id === spineTemplate);
	const inside = given.plain('inside') ?? chosen?.insideUrl ?? url;
	const credentials = await credentialsOf(given, around, needed);
	if (needed.has('releaseGateN8nApi') && before?.credentials.releaseGateN8nApi === undefined)
		credentials.releaseGateN8nApi = {
			name: 'Release gate: n8n itself',
			data: { baseUrl: inside, apiKey: around.apiKey },
		};
	const config: Record<string, string | number | boolean> = { ...chosen?.config };
	const channel = given.plain('channel');
	if (channel !== undefined) config.channel = channel;
	const words = given.plain('rhythm') ?? chosen?.rhythmWords;
	const zone = given.plain('timeZone');
	const read = (text: string) => readRhythm(text, now, zone);
	let rhythmWords = words ?? 'every 2 days at 9:00 New York';
	let testContacts: readonly string[] = [];
	let firstSlot = given.plain('firstSlot') ?? chosen?.firstSlot ?? 'none';
	if (hasSpine) {
		const sender = given.plain('from') ?? config.fromAddress;
		config.fromAddress =
			sender ??
			(await given.need('from', {
				what: 'the sender',
				text: 'Sender of the emails, e.g. News <news@example.com>',
				check: checkMail,
			}));
		rhythmWords =
			words ??
			(await given.need('rhythm', {
				what: 'the rhythm',
				text: 'How often, in words',
				fallback: rhythmWords,
				check: (text) => void read(text),
			}));
		if (before?.testRecipients === undefined)
			testContacts = listOf(
				await given.need('testContacts', {
					what: 'the test contacts',
					text: 'Emails of HubSpot contacts to rehearse on, with commas (empty: no rehearsal)',
					fallback: '',
					check: checkMails,
				}),
			);
	}
	const roles = given.plain('approvers') ?? (config.roles === undefined ? undefined : '');
	if (templates.some(({ id }) => id === 'release-a-change') && roles !== '') {
		const people = listOf(
			await given.need('approvers', {
				what: 'the approvers',
				text: 'n8n emails of those who may approve a release, with commas',
				fallback: '',
				check: checkMails,
			}),
		);
		const words = { roles: rolesFor(people, templates), operators: JSON.stringify(people) };
		if (people.length > 0) Object.assign(config, words);
	}
	const rhythm = chosen?.rhythmWords === rhythmWords ? chosen.rhythm : read(rhythmWords);
	const rehearses = testContacts.length > 0 || before?.rehearsed !== undefined;
	if (hasSpine && rehearses && given.plain('firstSlot') === undefined && chosen === undefined) {
		const [next = ''] = nextSlots(rhythm.fromFirst, now, 1);
		firstSlot = await given.need('firstSlot', {
			what: 'the first slot',
			text: `When the rehearsal has passed, go live: now, next (${next}), none`,
			fallback: 'next',
			check: checkSlot,
		});
	}
	checkSlot(firstSlot);
	return {
		sets,
		templates,
		slots,
		version,
		spine: given.plain('spine') ?? before?.spine ?? 'content-delivery',
		rhythm,
		rhythmWords,
		credentials,
		config: { ...config, ...assigned(options.set ?? []) },
		insideUrl: inside.replace(/\/+$/, ''),
		outsideUrl: (given.plain('webhooks') ?? chosen?.outsideUrl ?? url).replace(/\/+$/, ''),
		testContacts,
		firstSlot: firstSlot as Answers['firstSlot'],
	};
}
