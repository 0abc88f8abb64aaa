import { z } from 'zod';
import { gateError } from '../../errors';
import {
	definitionsHash,
	diffDefinitions,
	type Definition,
	type DefinitionChange,
} from '../diff/definitions';
import type { MachineAnswer, MachineReport } from './report';

const definitionSchema = z.object({
	name: z.string().min(1),
	type: z.string().min(1),
	fieldType: z.string().default(''),
	options: z.array(z.object({ value: z.string() }).passthrough()).nullish(),
	hasUniqueValue: z.boolean().nullish(),
	calculated: z.boolean().nullish(),
	calculationFormula: z.string().nullish(),
	archived: z.boolean().nullish(),
});

/** Property definitions from outside: HubSpot's own JSON, alone or under `results`. Throws `definitions-unreadable`. */
export function parseDefinitions(value: unknown, what: string): readonly Definition[] {
	const list: unknown = Array.isArray(value) ? value : (value as { results?: unknown } | null)?.results;
	const result = z.array(definitionSchema).safeParse(list);
	if (result.success) return result.data as unknown as readonly Definition[];
	const issue = result.error.issues[0];
	throw gateError('definitions-unreadable', {
		what,
		problem: issue ? `${issue.path.join('.') || 'the list'}: ${issue.message}` : 'unknown form',
	});
}

export interface SchemaInput {
	/** Definitions before the release. */
	readonly before: readonly Definition[];
	/** Definitions the release needs: the artifact. */
	readonly after: readonly Definition[];
	/** Definitions as they stand; absent when nobody looked. */
	readonly current?: readonly Definition[];
	/** Names of the definitions that the release makes itself when it ships. */
	readonly brings?: readonly string[];
	/** What keeps the release from having the schema it needs, one sentence each with its mend. */
	readonly problems?: readonly string[];
	/** Default value of each new property, by its name, as the spine's settings or the workflow define it. */
	readonly defaults: Readonly<Record<string, string>>;
}

const list = (changes: readonly DefinitionChange[]): string => changes.map(({ what }) => what).join(' ');

/** Answers of the schema diff: updated, additive, backward compatible, defaults defined. */
export function schemaReport({
	before,
	after,
	current,
	brings = [],
	problems = [],
	defaults,
}: SchemaInput): MachineReport {
	const changes = diffDefinitions(before, after);
	const breaking = changes.filter(({ additive }) => !additive);
	const bare = changes.filter(({ kind, property }) => kind === 'added' && !Object.hasOwn(defaults, property));
	const additive: Pick<MachineAnswer, 'status' | 'grounds'> =
		breaking.length > 0
			? { status: 'fail', grounds: list(breaking) }
			: {
					status: 'pass',
					grounds: changes.length > 0 ? list(changes) : 'No property definition changes.',
				};
	return {
		machine: 'schema-diff',
		looked: { artifact: 'schema', hash: definitionsHash(after) },
		observed: [...changes.map(({ what }) => what), ...problems].map((what) => ({
			surface: 'hubspot-schema',
			what: what.replace(/\.$/, ''),
		})),
		answers: [
			{
				check: 'schema-updated',
				...(problems.length > 0
					? { status: 'fail' as const, grounds: problems.join(' ') }
					: updated(changes, after, current, brings)),
			},
			{ check: 'no-destructive-migration', ...additive },
			{ check: 'backward-compatible', ...additive },
			{
				check: 'defaults-defined',
				...(bare.length > 0
					? {
							status: 'fail' as const,
							grounds: `No default for: ${bare.map(({ property }) => property).join(', ')}.`,
						}
					: { status: 'pass' as const, grounds: 'Every new property has a default.' }),
			},
		],
	};
}

function updated(
	changes: readonly DefinitionChange[],
	after: readonly Definition[],
	current: readonly Definition[] | undefined,
	brings: readonly string[],
): Pick<MachineAnswer, 'status' | 'grounds'> {
	if (changes.length === 0) return { status: 'pass', grounds: 'The change needs no other schema.' };
	if (current === undefined) return { status: 'unknown', grounds: 'Nobody read the present definitions.' };
	const lacking = diffDefinitions(current, after).filter(({ kind }) => kind !== 'removed');
	const missing = lacking.filter(({ kind, property }) => kind !== 'added' || !brings.includes(property));
	return missing.length === 0
		? {
				status: 'pass',
				grounds:
					lacking.length === 0
						? 'The CRM has every definition the change needs.'
						: `The release makes before it publishes: ${lacking.map(({ property }) => property).join(', ')}.`,
			}
		: { status: 'fail', grounds: `The CRM lacks: ${list(missing)}` };
}
