import type { NewPropertyDefinition } from '../../core/delivery/properties';
import { gateError } from '../../core/errors';
import { publishedOf, spineTemplate } from '../../core/setup/sets';
import { nextSlots } from '../../core/setup/rhythm';
import type { InstalledWorkflow, Named } from '../ports/installation';
import type { Answers } from './answers';
import { isErrand } from './inside';
import type { Installed, SetupPorts } from './ports';
import { neededGroups, neededProperties } from './properties';
import { testContactsOf, type TestContact } from './test-contacts';

/** What stands where a template is to go. */
export type Place =
	| { readonly template: string; readonly state: 'absent' }
	/** Made by a set-up that did not come to its wiring, or changed by nobody since. */
	| { readonly template: string; readonly state: 'ours'; readonly id: string }
	/** Somebody saved it since: it is left alone. */
	| { readonly template: string; readonly state: 'changed'; readonly id: string };

/** What a set-up would do: found by looking, without a change. */
export interface Plan {
	/** Whether n8n is to install the package first. */
	readonly install: boolean;
	readonly places: readonly Place[];
	/** Credentials that are there already, by type. */
	readonly found: Readonly<Record<string, Named>>;
	/** Types of credentials to make. */
	readonly make: readonly string[];
	/** Tags to make. */
	readonly tags: readonly string[];
	readonly properties: readonly NewPropertyDefinition[];
	readonly groups: readonly (typeof neededGroups)[number][];
	readonly testContacts: readonly TestContact[];
	/** Workflows that an earlier set-up made for a moment and left behind. */
	readonly leftovers: readonly Named[];
	readonly before: Installed | null;
	readonly active: ReadonlySet<string>;
}

/** Name of this package in a registry. */
export const PACKAGE = 'n8n-nodes-release-gate';

/** Marks everything that a set-up made; each set has a tag of its own beside it. */
export const TAG = 'release-gate';

function placeOf(
	template: { readonly id: string; readonly workflow: { readonly name: string } },
	before: Installed | null,
	there: readonly InstalledWorkflow[],
): Place {
	const known = before?.workflows[template.id];
	const own = known && there.find(({ id }) => id === known.id);
	const { id: name } = template;
	if (own)
		return known.versionId === undefined || known.versionId === own.versionId
			? { template: name, state: 'ours', id: own.id }
			: { template: name, state: 'changed', id: own.id };
	// The record is lost: what carries our tag and the name is the one, and nobody knows what was changed in it.
	const tagged = there.find((one) => one.name === template.workflow.name && one.tags.includes(TAG));
	return tagged ? { template: name, state: 'changed', id: tagged.id } : { template: name, state: 'absent' };
}

async function missingProperties({ contacts }: SetupPorts): Promise<Pick<Plan, 'properties' | 'groups'>> {
	if (contacts === null) return { properties: [], groups: [] };
	const there = new Set((await contacts.definitions.list()).map(({ name }) => name));
	const properties = neededProperties.filter(({ name }) => !there.has(name));
	if (properties.length === 0) return { properties, groups: [] };
	const groups = new Set((await contacts.definitions.groups()).map(({ name }) => name));
	return { properties, groups: neededGroups.filter(({ name }) => !groups.has(name)) };
}

/**
 * Looks at n8n and HubSpot, and says what is still to be done. Changes nothing.
 *
 * @throws `setup-package-missing`, `setup-contact-unknown`, and what n8n and HubSpot refuse
 */
export async function planSetup(ports: SetupPorts, answers: Answers): Promise<Plan> {
	const { n8n, store } = ports;
	const hasPackage = await n8n.hasPackage();
	if (!hasPackage) {
		const may = await n8n.mayInstall();
		if (may !== true) throw gateError('setup-package-missing', { reason: may });
	}
	const before = await store.load();
	const there = await n8n.workflows();
	const listed = await n8n.credentials();
	const tags = new Set((await n8n.tags()).map(({ name }) => name));
	const kept = Object.entries(before?.credentials ?? {}).filter(
		([, { id }]) => listed === null || listed.some((one) => one.id === id),
	);
	const wanted = Object.entries(answers.credentials);
	const byName = wanted.flatMap(([type, { name }]) => {
		const own = listed?.find((one) => one.type === type && one.name === name);
		return own ? [[type, { id: own.id, name: own.name }] as const] : [];
	});
	const found = { ...Object.fromEntries(byName), ...Object.fromEntries(kept) };
	const { properties, groups } = await missingProperties(ports);
	return {
		install: !hasPackage,
		places: answers.templates.map((template) => placeOf(template, before, there)),
		found,
		make: wanted.map(([type]) => type).filter((type) => found[type] === undefined),
		tags: [TAG, ...new Set(answers.templates.map(({ set }) => set))].filter((name) => !tags.has(name)),
		properties,
		groups,
		testContacts: await testContactsOf(ports, answers.testContacts, properties),
		leftovers: there.filter(isErrand),
		before,
		active: new Set(there.filter(({ active }) => active).map(({ id }) => id)),
	};
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
const names = (list: readonly string[]): string => list.join(', ');

/** The plan in sentences, one a line; what is there already is said too. */
export function planInWords(plan: Plan, answers: Answers, now: number): readonly string[] {
	const { places, make, found, properties, testContacts } = plan;
	const nameOf = (id: string): string => answers.templates.find((one) => one.id === id)?.workflow.name ?? id;
	const of = (state: Place['state']) => places.filter((one) => one.state === state);
	const lines: string[] = [];
	if (plan.install)
		lines.push(`Let n8n install ${PACKAGE} ${answers.version} from its registry: n8n does not have it.`);
	if (plan.leftovers.length > 0)
		lines.push(
			`Delete ${counted(plan.leftovers.length, 'workflow', 'workflows')} that a set-up which was cut off left behind: ${names(plan.leftovers.map(({ name }) => name))}.`,
		);
	const absent = of('absent');
	if (absent.length > 0)
		lines.push(
			`Make ${counted(absent.length, 'workflow', 'workflows')}, tagged ${TAG}: ${names(absent.map(({ template }) => nameOf(template)))}.`,
		);
	if (of('ours').length > 0)
		lines.push(`Keep ${counted(of('ours').length, 'workflow', 'workflows')} as they were set up.`);
	if (of('changed').length > 0)
		lines.push(
			`Leave alone what somebody changed since: ${names(of('changed').map(({ template }) => nameOf(template)))}.`,
		);
	if (make.length > 0)
		lines.push(`Make credentials: ${names(make.map((type) => answers.credentials[type]?.name ?? type))}.`);
	const there = Object.values(found).map(({ name }) => name);
	if (there.length > 0) lines.push(`Use the credentials that are there: ${names(there)}.`);
	if (properties.length > 0)
		lines.push(
			`Make ${counted(properties.length, 'contact property', 'contact properties')} in HubSpot that it does not have: ${names(properties.map(({ name }) => name))}.`,
		);
	const written = testContacts.filter(({ write }) => Object.keys(write).length > 0);
	if (written.length > 0)
		lines.push(
			`Write to ${counted(written.length, 'test contact', 'test contacts')} in HubSpot, so that they are due: ${names([...new Set(written.flatMap(({ write }) => Object.keys(write)))])}.`,
		);
	return [...lines, ...spineInWords(plan, answers, now)];
}

function spineInWords(
	{ places, active, testContacts, before }: Plan,
	answers: Answers,
	now: number,
): readonly string[] {
	const { cadence, fromFirst } = answers.rhythm;
	const spine = answers.templates.find(({ id }) => id === spineTemplate)?.workflow.name;
	const lines: string[] = [];
	const slots = `Next slots: ${names(nextSlots(cadence, now, 3))}.`;
	if (spine !== undefined)
		lines.push(
			before?.mode === undefined
				? `Set up the spine ${answers.spine}: ${answers.rhythmWords}. ${slots}`
				: `Keep the spine ${answers.spine}, ${before.mode === 'live' ? 'which is live' : 'in dry run'}: ${answers.rhythmWords}. ${slots}`,
		);
	if (testContacts.length > 0)
		lines.push(
			`Rehearse it on ${counted(testContacts.length, 'test contact', 'test contacts')}: nothing is sent, nothing is written to HubSpot.`,
		);
	const still = publishedOf(answers.templates).filter(({ id }) => {
		const place = places.find(({ template }) => template === id);
		return place?.state === 'absent' || (place !== undefined && !active.has(place.id));
	});
	if (still.length > 0) lines.push(`Put in service: ${names(still.map(({ workflow }) => workflow.name))}.`);
	if (spine !== undefined && before?.mode !== 'live')
		lines.push(
			{
				now: `Then put "${spine}" in service, live: the slot that is open now is delivered at once.`,
				next: `Then put "${spine}" in service, live from ${nextSlots(fromFirst, now, 1).join('')}.`,
				none: `"${spine}" stays out of service, in dry run.`,
			}[answers.firstSlot],
		);
	return lines;
}
