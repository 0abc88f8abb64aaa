import { withoutAddresses } from '../../core/desk/words';
import type { Left } from '../../core/snapshot/left';
import type { ReleaseReport } from './model';

/** Every text in a value, wherever it stands, without the addresses in it. */
function withoutAddressesIn<Value>(value: Value): Value {
	if (typeof value === 'string') return withoutAddresses(value) as Value;
	if (Array.isArray(value)) return value.map((one: unknown) => withoutAddressesIn(one)) as Value;
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, one]) => [key, withoutAddressesIn<unknown>(one)]),
	) as Value;
}

/** What is left of contacts, counted by property and reason: whose it is stays in the ledger. */
export function withoutContacts(left: readonly Left[]): readonly Left[] {
	const counts = new Map<string, number>();
	const kept: Left[] = [];
	for (const one of left) {
		if (one.contactId === undefined) kept.push(one);
		else {
			const key = JSON.stringify([one.property ?? 'a value', one.reason]);
			counts.set(key, (counts.get(key) ?? 0) + 1);
		}
	}
	return [
		...kept,
		...[...counts].map(([key, count]): Left => {
			const [property = '', reason = ''] = JSON.parse(key) as string[];
			return { what: `${property} of ${count} ${count === 1 ? 'contact' : 'contacts'}`, reason };
		}),
	];
}

/** The same of things that do not hold: `cc_profile_tone of contact 7`. */
const unnamed = (texts: readonly string[]): string[] => [
	...new Set(texts.map((text) => text.replace(/\bcontact \S+/g, 'a contact'))),
];

/**
 * The report as anybody may read it: no address of anybody, staff included, and no contact by its id. Counts, releases,
 * workflows and names of accounts stay.
 */
export function shareable(report: ReleaseReport): ReleaseReport {
	const { restore, rollbackPlan } = report;
	return withoutAddressesIn({
		...report,
		restore: restore && {
			...restore,
			report: {
				...restore.report,
				left: [...withoutContacts(restore.report.left)],
				unproven: unnamed(restore.report.unproven),
			},
		},
		rollbackPlan:
			rollbackPlan.status === 'planned'
				? {
						...rollbackPlan,
						plan: { ...rollbackPlan.plan, left: withoutContacts(rollbackPlan.plan.left) },
					}
				: rollbackPlan,
	});
}
