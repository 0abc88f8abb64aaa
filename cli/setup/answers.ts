import type { Answers } from '../../app/setup/answers';
import type { Installed } from '../../app/setup/ports';
import { contactIdsOf } from '../../app/setup/test-contacts';
import { nextSlots, readRhythm } from '../../core/setup/rhythm';
import { publishedOf, setNames, spineTemplate, templatesOf, typesAsked } from '../../core/setup/sets';
import type { CredentialSlots, Template } from '../../core/setup/types';
import { checkMail, checkMails, checkSlot, checkUrl, listOf, unusable } from './checks';
import { credentialsOf, hubSpotOf } from './credentials';
import type { Given, Options } from './given';

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

/** The sender, the rhythm and who to rehearse on: what only a set with a spine asks. */
async function spineAnswers(
	given: Given,
	{ before, now }: Around,
	hubSpotToken: string | undefined,
): Promise<{ readonly fromAddress: string; readonly rhythmWords: string; readonly testContacts: string }> {
	const { chosen, testRecipients } = before ?? {};
	const zone = given.plain('timeZone');
	const isKnown = (name: 'from' | 'rhythm', known: unknown): known is string =>
		given.plain(name) === undefined && typeof known === 'string';
	const sender = chosen?.config.fromAddress;
	const fromAddress = isKnown('from', sender)
		? sender
		: await given.need('from', {
				what: 'the sender',
				text: 'Sender of the emails, e.g. News <news@example.com>',
				check: checkMail,
			});
	const rhythmWords = isKnown('rhythm', chosen?.rhythmWords)
		? chosen.rhythmWords
		: await given.need('rhythm', {
				what: 'the rhythm',
				text: 'How often, in words',
				fallback: 'every 2 days at 9:00 New York',
				check: (text) => void readRhythm(text, now, zone),
			});
	const exist = async (text: string): Promise<void> => {
		checkMails(text);
		const addresses = listOf(text);
		if (addresses.length === 0) return;
		if (hubSpotToken === undefined)
			throw unusable(
				'Test contacts',
				text,
				'they are looked up in HubSpot, and --hubspot-token is not given',
			);
		await contactIdsOf(hubSpotOf(given, hubSpotToken), addresses);
	};
	const testContacts =
		testRecipients === undefined
			? await given.need('testContacts', {
					what: 'the test contacts',
					text: 'Emails of HubSpot contacts to rehearse on, with commas (empty: no rehearsal)',
					fallback: '',
					check: exist,
				})
			: '';
	return { fromAddress, rhythmWords, testContacts };
}

/** Who may approve, as the release form reads it; nothing where that was said before. */
async function approvers(
	given: Given,
	templates: readonly Template[],
	known: boolean,
): Promise<Readonly<Record<string, string>>> {
	const asks = templates.some(({ id }) => id === 'release-a-change');
	if (!asks || (known && given.plain('approvers') === undefined)) return {};
	const people = listOf(
		await given.need('approvers', {
			what: 'the approvers',
			text: 'n8n emails of those who may approve a release, with commas',
			fallback: '',
			check: checkMails,
		}),
	);
	return people.length === 0 ? {} : { roles: rolesFor(people, templates), operators: JSON.stringify(people) };
}

/** An address that is given by an option; `known` where it is not. @throws `setup-answer-unusable` */
function addressOf(given: Given, name: 'inside' | 'webhooks', known: string): string {
	const address = given.plain(name) ?? known;
	checkUrl(address);
	return address.replace(/\/+$/, '');
}

/** Everything that a set-up needs to know. @throws `setup-answer-missing`, `setup-answer-unusable`, `rhythm-unreadable` */
export async function answersFrom(given: Given, options: Options, around: Around): Promise<Answers> {
	const { before, slots, url, now, version } = around;
	const { chosen } = before ?? {};
	const sets = setsIn(given.plain('sets') ?? chosen?.sets.join(',') ?? 'delivery,release');
	const templates = templatesOf(around.templates, sets);
	const needed = neededTypes(templates, slots);
	const hasSpine = templates.some(({ id }) => id === spineTemplate);
	const insideUrl = addressOf(given, 'inside', chosen?.insideUrl ?? url);
	const outsideUrl = addressOf(given, 'webhooks', chosen?.outsideUrl ?? url);
	const set = assigned(options.set ?? []);
	const credentials = await credentialsOf(given, before, needed, around.secret);
	if (needed.has('releaseGateN8nApi') && before?.credentials.releaseGateN8nApi === undefined)
		credentials.releaseGateN8nApi = {
			name: 'Release gate: n8n itself',
			data: { baseUrl: insideUrl, apiKey: around.apiKey },
		};
	const token = credentials.releaseGateHubSpotApi?.data.accessToken ?? given.plain('hubspotToken');
	const config: Record<string, string | number | boolean> = { ...chosen?.config };
	const channel = given.plain('channel');
	if (channel !== undefined) config.channel = channel;
	let rhythmWords = given.plain('rhythm') ?? chosen?.rhythmWords ?? 'every 2 days at 9:00 New York';
	let testContacts: readonly string[] = [];
	if (hasSpine) {
		const said = await spineAnswers(given, around, typeof token === 'string' ? token : undefined);
		config.fromAddress = said.fromAddress;
		rhythmWords = said.rhythmWords;
		testContacts = listOf(said.testContacts);
	}
	Object.assign(config, await approvers(given, templates, config.roles !== undefined));
	const rhythm =
		chosen?.rhythmWords === rhythmWords
			? chosen.rhythm
			: readRhythm(rhythmWords, now, given.plain('timeZone'));
	let firstSlot = given.plain('firstSlot') ?? chosen?.firstSlot ?? 'none';
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
		config: { ...config, ...set },
		insideUrl,
		outsideUrl,
		testContacts,
		firstSlot: firstSlot as Answers['firstSlot'],
	};
}
