import type { NewPropertyDefinition } from '../../core/delivery/properties';
import { gateError } from '../../core/errors';
import type { ContactDirectory } from '../ports/contacts';
import type { SetupPorts } from './ports';
import { testProfile } from './properties';

/** A test contact, and what is to be written to it so that it is due. */
export interface TestContact {
	readonly id: string;
	readonly before: Readonly<Record<string, string>>;
	readonly write: Readonly<Record<string, string>>;
}

const profileNames: readonly string[] = [
	testProfile.status[0],
	testProfile.due,
	...Object.keys(testProfile.defaults),
];

/** Ids of the contacts with these addresses. @throws `setup-contact-unknown`, with the place in the list and no address */
export async function contactIdsOf(
	contacts: ContactDirectory,
	addresses: readonly string[],
): Promise<readonly string[]> {
	const found: string[] = [];
	for (const [at, address] of addresses.entries()) {
		const query = { anyOf: [[{ property: 'email', operator: 'EQ', value: address.toLowerCase() } as const]] };
		const ids: string[] = [];
		for await (const page of contacts.eligibleIds(query)) ids.push(...page);
		const [id] = ids;
		if (id === undefined) throw gateError('setup-contact-unknown', { number: at + 1 });
		found.push(id);
	}
	return found;
}

/** Finds the test contacts by address. @throws `setup-contact-unknown`, with the place in the list and no address */
export async function testContactsOf(
	{ contacts, now }: SetupPorts,
	addresses: readonly string[],
	missing: readonly NewPropertyDefinition[],
): Promise<readonly TestContact[]> {
	if (contacts === null) return [];
	const absent = new Set(missing.map(({ name }) => name));
	const readable = profileNames.filter((name) => !absent.has(name));
	const found: TestContact[] = [];
	for (const [at, id] of (await contactIdsOf(contacts, addresses)).entries()) {
		const { outcomes } = await contacts.read([id], readable);
		const [outcome] = outcomes;
		if (outcome?.status !== 'found') throw gateError('setup-contact-unknown', { number: at + 1 });
		const { properties } = outcome.contact;
		const value = (name: string): string => properties[name] ?? '';
		const [status, active] = testProfile.status;
		const due = Date.parse(value(testProfile.due));
		const write: Record<string, string> = {
			...(value(status) === active ? {} : { [status]: active }),
			...(due <= now() ? {} : { [testProfile.due]: new Date(now() - 60_000).toISOString() }),
			...Object.fromEntries(Object.entries(testProfile.defaults).filter(([name]) => value(name) === '')),
		};
		const before = Object.fromEntries(Object.keys(write).map((name) => [name, value(name)]));
		found.push({ id, write, before });
	}
	return found;
}
