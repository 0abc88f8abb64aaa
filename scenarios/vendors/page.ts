import { providers } from '../../adapters/providers/registry';
import type { Found } from './play';
import type { Row } from './rows';

/** What became of one spine whose provider lost one answer. */
export interface Settled {
	readonly provider: string;
	readonly policy: 'assume-delivered' | 'wait-for-a-person';
	readonly contacts: number;
	readonly emails: number;
	/** Emails of the contact that got most. */
	readonly most: number;
	readonly inDoubt: number;
	/** Deliveries in doubt that Postmark was asked about. */
	readonly asked: number;
	readonly by: 'its search' | 'the policy' | 'nobody: it waits for a person';
}

/** What one run found. */
export interface Results {
	readonly rows: readonly (Found &
		Pick<Row, 'id' | 'vendor' | 'fact' | 'harm'> & { readonly file: string })[];
	readonly settled: readonly Settled[];
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

const nameOf = (id: string): string => providers.find((provider) => provider.id === id)?.name ?? id;

/** The page `docs/records/vendors.md`. */
export function vendorsPage({ rows, settled }: Results): string {
	const facts = rows.map(({ id, vendor, fact, harm, without, passing, file }) =>
		[id, vendor, fact, harm, code(without), `${code(file)}: ${passing.join('; ')}`].map(cell).join(' | '),
	);
	const ends = settled.map(({ provider, policy, contacts, emails, most, inDoubt, asked, by }) =>
		[nameOf(provider), policy, contacts, emails, most, inDoubt, asked, by].join(' | '),
	);
	return [
		'# Vendors as they are',
		'',
		'Shows for each fact about a vendor what our test says without the mend, and which tests pass with it; and how doubts ended',
		'with each of the eight providers. Written by `npm run docs:vendors`, which takes each mend out of a copy of the tree, runs the',
		'test, puts it back and runs it again; it fails where a test cannot fail. What the vendors do was read in their own pages',
		'where that was possible; the sources stand in `testbed/contracts/`.',
		'',
		`## ${rows.length} facts`,
		'',
		'| row | vendor | the vendor | harm before | without the mend the test says | with it passes |',
		'| --- | --- | --- | --- | --- | --- |',
		...facts.map((line) => `| ${line} |`),
		'',
		'S6 is taken out of the stand-in, not of a template: n8n signs for ECR itself, from the middle of 2026 on; nothing is to be',
		'mended here, and older versions of n8n cannot ask it.',
		'',
		'## The spine through eight providers, one answer lost each',
		'',
		'The send was taken and its answer lost; then the spine and *Reconcile* ran twice more.',
		'',
		'| provider | policy of the spine | contacts | emails | most to one | in doubt | Postmark was asked about | settled by |',
		'| --- | --- | --- | --- | --- | --- | --- | --- |',
		...ends.map((line) => `| ${line} |`),
		'',
	].join('\n');
}
