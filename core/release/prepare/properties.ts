import { DELIVERY_STATUSES, propertiesToRead } from '../../delivery/eligibility';
import type { NewPropertyDefinition, PropertyDefinition } from '../../delivery/properties';
import type { PropertyMapping } from '../../delivery/spine-settings';
import type { ReadableChange } from '../diff/readable';

/** Properties of an account as they stand. */
export interface Standing {
	readonly active: readonly PropertyDefinition[];
	/** Names of those that somebody archived. */
	readonly archived: readonly string[];
}

/** What a draft's property mapping asks of the account. */
export interface WantedProperties {
	/** Properties that Ship makes. */
	readonly create: readonly NewPropertyDefinition[];
	/** What only a person can mend, one sentence each, with the mend. */
	readonly problems: readonly string[];
}

const GROUP = 'contactinformation';

type Kind = Pick<NewPropertyDefinition, 'type' | 'fieldType'>;

/** What the spine writes into a property, by the role it has: the types that take it; the first one is made. */
const ROLES = {
	status: [
		{ type: 'enumeration', fieldType: 'select' },
		{ type: 'string', fieldType: 'text' },
	],
	// Searched for by time, which text cannot be.
	nextEligibleAt: [{ type: 'datetime', fieldType: 'date' }],
	lastDeliveryAt: [
		{ type: 'datetime', fieldType: 'date' },
		{ type: 'string', fieldType: 'text' },
	],
	deliveryCount: [
		{ type: 'number', fieldType: 'number' },
		{ type: 'string', fieldType: 'text' },
	],
	lastAssetId: [{ type: 'string', fieldType: 'text' }],
} as const satisfies Partial<Record<keyof PropertyMapping, readonly [Kind, ...Kind[]]>>;

type Role = keyof typeof ROLES;

const ROLE_NAMES = Object.keys(ROLES) as readonly Role[];

const TEXT: Kind = { type: 'string', fieldType: 'text' };

const label = (name: string): string => {
	const words = name.replace(/_+/g, ' ').trim();
	return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};

const definitionOf = (name: string, role: Role | undefined): NewPropertyDefinition => ({
	name,
	label: label(name),
	groupName: GROUP,
	...(role === undefined ? TEXT : ROLES[role][0]),
	...(role === 'status'
		? {
				options: DELIVERY_STATUSES.map((value, displayOrder) => ({
					value,
					label: label(value),
					description: '',
					displayOrder,
					hidden: false,
				})),
			}
		: {}),
});

/** The role of each property that the spine writes. */
const rolesOf = (mapping: PropertyMapping): ReadonlyMap<string, Role> =>
	new Map(ROLE_NAMES.map((role) => [mapping[role], role]));

/** Why a property that is there cannot have its role; nothing where it can. */
function misfits(found: PropertyDefinition, role: Role): readonly string[] {
	const { name, type, calculated, readOnlyValue } = found;
	const types: readonly string[] = ROLES[role].map((kind) => kind.type);
	const takes = types.join(' or ');
	if (calculated || readOnlyValue)
		return [
			`The property ${name} is there and nobody can write it, so it cannot be ${role}. Name another property.`,
		];
	return types.includes(type)
		? []
		: [
				`The property ${name} is there as ${type}, and ${role} takes ${takes}. Name another property, or make one of that type.`,
			];
}

/**
 * What the account lacks for a property mapping beside the one that runs: definitions that can be made, and what only a
 * person can mend. Only properties count that the present mapping does not name in the same role.
 */
export function wantedProperties(
	now: PropertyMapping,
	wanted: PropertyMapping,
	{ active, archived }: Standing,
): WantedProperties {
	const [old, roles] = [rolesOf(now), rolesOf(wanted)];
	const known = new Set(propertiesToRead(now));
	const there = new Map(active.map((one) => [one.name, one]));
	const create: NewPropertyDefinition[] = [];
	const problems: string[] = [];
	for (const name of propertiesToRead(wanted)) {
		const role = roles.get(name);
		if (known.has(name) && old.get(name) === role) continue;
		const found = there.get(name);
		if (found !== undefined) problems.push(...(role === undefined ? [] : misfits(found, role)));
		else if (archived.includes(name))
			problems.push(
				`The property ${name} was archived. Restore it in the CRM, or name another property: made anew it would come back with its old values.`,
			);
		else if (wanted.critical.includes(name))
			problems.push(
				`The property ${name} is not there and would be critical: every contact lacks it, so nobody would be served. Make it and fill it first, or give it a default in place of that.`,
			);
		else create.push(definitionOf(name, role));
	}
	return { create, problems };
}

/** What Ship makes, as people read it. */
export const propertyLines = ({
	create,
	problems,
}: {
	readonly create: readonly Pick<NewPropertyDefinition, 'name' | 'type' | 'fieldType' | 'groupName'>[];
	readonly problems: readonly string[];
}): readonly ReadableChange[] => [
	...create.map(({ name, type, fieldType, groupName }): ReadableChange => ({
		what: `the contact property ${name} is made when the release ships; to have it otherwise, make it yourself first`,
		surfaces: ['hubspot-schema'],
		before: null,
		after: `${type} (${fieldType}), in the group ${groupName}`,
	})),
	...problems.map((what): ReadableChange => ({
		what: what.replace(/\.$/, ''),
		surfaces: ['hubspot-schema'],
		before: null,
		after: null,
	})),
];
