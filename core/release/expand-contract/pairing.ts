import { z } from 'zod';
import type { Manifest } from '../manifest';
import type { Contract } from '../sql/finding';
import { stages } from '../stages';
import type { Migration } from './migration';
import { plainName, type Judged } from './reads';

/** An earlier release of the subject, and what its migration added. */
export const expansionSchema = z
	.object({
		release: z.string().min(1).max(64),
		stage: z.enum(stages),
		/** Whether it reached stable and was not rolled back since. */
		stable: z.boolean(),
		/** What its migration added; `null` when nobody recorded the lint of the migration it names. */
		expands: z.array(z.string()).nullable(),
		fills: z.array(z.object({ column: z.string(), from: z.array(z.string()) }).strict()).default([]),
	})
	.strict();

export type Expansion = z.output<typeof expansionSchema>;

interface Pairing {
	readonly expandedBy: string;
	readonly replacedBy?: string;
}

/** Newest first: the first that is stable, else the first. */
const best = (candidates: readonly Expansion[]): Expansion | undefined =>
	candidates.find(({ stable }) => stable) ?? candidates[0];

/**
 * The release that put something in the place of what is taken away: as the manifest declares, else as earlier
 * migrations tell, by filling a new column from it, or by adding the very column that is now to become NOT NULL.
 */
export function pairingOf(
	contract: Contract,
	manifest: Manifest,
	expansions: readonly Expansion[],
): Pairing | null {
	const declared = manifest.migrations?.find(({ contracts }) => plainName(contracts) === contract.name);
	if (declared) return declared;
	if (contract.how === 'not-null') {
		const added = best(expansions.filter(({ expands }) => expands?.includes(contract.name)));
		return added ? { expandedBy: added.release, replacedBy: contract.name } : null;
	}
	const fillOf = ({ fills }: Expansion) => fills.find(({ from }) => from.includes(contract.name));
	const filled = best(expansions.filter((expansion) => fillOf(expansion)));
	const replacedBy = filled && fillOf(filled)?.column;
	return filled && replacedBy ? { expandedBy: filled.release, replacedBy } : null;
}

const taken = ({ name, how, line }: Contract): string =>
	`${name} (line ${line}) is ${how === 'not-null' ? 'made NOT NULL' : how}`;

/** Whether the release that a contract is paired with expanded, and was stable. */
export function expandedBefore(
	contract: Contract,
	manifest: Manifest,
	expansions: readonly Expansion[],
): Judged {
	const pairing = pairingOf(contract, manifest, expansions);
	if (!pairing)
		return {
			status: 'fail',
			reason: `${taken(contract)}, and no earlier release is named that replaced it.`,
		};
	const { expandedBy, replacedBy } = pairing;
	const expansion = expansions.find(({ release }) => release === expandedBy);
	if (!expansion)
		return { status: 'unknown', reason: `${taken(contract)}, and ${expandedBy} is no earlier release here.` };
	if (replacedBy !== undefined && expansion.expands === null)
		return {
			status: 'unknown',
			reason: `${taken(contract)}, and nobody recorded what the migration of ${expandedBy} adds.`,
		};
	if (replacedBy !== undefined && !expansion.expands?.includes(plainName(replacedBy)))
		return { status: 'fail', reason: `${taken(contract)}, but ${expandedBy} did not add ${replacedBy}.` };
	if (!expansion.stable)
		return {
			status: 'fail',
			reason: `${taken(contract)}, but ${expandedBy} is ${expansion.stage}, not stable.`,
		};
	return {
		status: 'pass',
		reason: `${taken(contract)}; ${expandedBy}${replacedBy ? ` added ${replacedBy} and` : ''} is stable.`,
	};
}

/**
 * Whether a trigger or function may go: an earlier release made it, which is the one a table or column is paired with
 * that goes in the same migration. It kept the old in step, and is as safe to drop as the old itself.
 */
export function servesExpansion(
	contract: Contract,
	{ contracts }: Migration,
	manifest: Manifest,
	expansions: readonly Expansion[],
): Judged {
	const paired = contracts
		.filter(({ of }) => of === 'table' || of === 'column')
		.map((other) => pairingOf(other, manifest, expansions)?.expandedBy);
	const maker = expansions.find(
		({ release, expands }) => paired.includes(release) && expands?.includes(contract.name),
	);
	return maker
		? { status: 'pass', reason: `${contract.name} served what ${maker.release} added.` }
		: {
				status: 'fail',
				reason: `${contract.name} (line ${contract.line}) is dropped, and served nothing that goes with it.`,
			};
}
