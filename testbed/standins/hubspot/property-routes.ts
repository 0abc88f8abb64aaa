import type { FastifyInstance } from 'fastify';
import type { HubSpotAccount } from './account';
import { listOf, objectOf } from './answers';
import {
	definition,
	optionRows,
	type DefinitionInput,
	type DefinitionRow,
	type OptionRow,
} from './definitions';
import { invalid, notFound, problem, Refusal } from './problems';

const unchangeable = ['name', 'hasUniqueValue', 'dataSensitivity', 'externalOptions', 'referencedObjectType'];
const changeable = [
	'label',
	'description',
	'groupName',
	'type',
	'fieldType',
	'displayOrder',
	'hidden',
	'formField',
	'calculationFormula',
] as const;

const exists = (name: string): Refusal =>
	new Refusal(
		problem(409, 'OBJECT_ALREADY_EXISTS', `A property named '${name}' already exists.`, {
			subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
		}),
	);

/** Property definitions and groups of contacts, below `base` (…/properties/contacts). */
export function addPropertyRoutes(app: FastifyInstance, account: HubSpotAccount, base: string): void {
	const now = (): string => new Date(account.clock()).toISOString();
	const named = (name: string): DefinitionRow => {
		const row = account.definitions.get(name);
		if (row === undefined) throw new Refusal(notFound());
		return row;
	};
	const checkGroup = (name: unknown): void => {
		const group = account.groups.get(String(name));
		if (group === undefined || group.archived)
			throw new Refusal(invalid(`Property group ${String(name)} does not exist`));
	};

	const create = (given: unknown): DefinitionRow => {
		const input = objectOf(given, 'property') as unknown as DefinitionInput;
		for (const field of ['name', 'label', 'groupName', 'type', 'fieldType'] as const) {
			if (typeof input[field] !== 'string')
				throw new Refusal(invalid(`Invalid input JSON: ${field} is required`));
		}
		if (!/^[a-z][a-z0-9_]*$/.test(input.name))
			throw new Refusal(invalid(`Invalid property name ${input.name}`));
		checkGroup(input.groupName);
		const before = account.definitions.get(input.name);
		if (before !== undefined && !before.archived) throw exists(input.name);
		const row = definition({ ...input, hubspotDefined: false, readOnly: false }, now());
		if (before !== undefined) row.createdAt = before.createdAt;
		account.definitions.set(row.name, row);
		return row;
	};

	const archive = (name: string): void => {
		const row = named(name);
		if (!row.modificationMetadata.archivable) {
			throw new Refusal(invalid(`Property ${name} is defined by HubSpot and cannot be archived`));
		}
		if (account.inUse.has(name)) {
			throw new Refusal(
				invalid(`${name} is currently used in 1 places and cannot be deleted`, {
					subCategory: 'PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE',
				}),
			);
		}
		row.archived = true;
		row.archivedAt = now();
	};

	app.get(base, async (request) => {
		const archived = (request.query as { archived?: string }).archived === 'true';
		return { results: [...account.definitions.values()].filter((row) => row.archived === archived) };
	});
	app.post(base, async (request, reply) => reply.code(201).send(create(request.body)));
	app.get(`${base}/:name`, async (request) => {
		const row = named((request.params as { name: string }).name);
		const archived = (request.query as { archived?: string }).archived === 'true';
		if (row.archived !== archived) throw new Refusal(notFound());
		return row;
	});
	app.patch(`${base}/:name`, async (request) => {
		const row = named((request.params as { name: string }).name);
		if (row.archived) throw new Refusal(notFound());
		const changes = objectOf(request.body, 'property');
		const fixed = unchangeable.find((field) => field in changes);
		if (fixed !== undefined) throw new Refusal(invalid(`Invalid input JSON: ${fixed} cannot be changed`));
		if ('groupName' in changes) checkGroup(changes['groupName']);
		for (const field of changeable) {
			if (changes[field] !== undefined) Object.assign(row, { [field]: changes[field] });
		}
		if (changes['options'] !== undefined) {
			row.options = optionRows(listOf(changes['options'], 'options') as Partial<OptionRow>[]);
		}
		row.updatedAt = now();
		return row;
	});
	app.delete(`${base}/:name`, async (request, reply) => {
		archive((request.params as { name: string }).name);
		return reply.code(204).send();
	});

	app.post(`${base}/batch/read`, async (request) => {
		const body = objectOf(request.body, 'request');
		const archived = body['archived'] === true;
		const names = listOf(body['inputs'], 'inputs').map((input) => String(objectOf(input, 'input')['name']));
		const at = now();
		return {
			status: 'COMPLETE',
			results: names.flatMap((name) => {
				const row = account.definitions.get(name);
				return row !== undefined && row.archived === archived ? [row] : [];
			}),
			startedAt: at,
			completedAt: at,
		};
	});
	app.post(`${base}/batch/create`, async (request, reply) => {
		const inputs = listOf(objectOf(request.body, 'request')['inputs'], 'inputs');
		const at = now();
		return reply.code(base.startsWith('/crm/v3/') ? 201 : 200).send({
			status: 'COMPLETE',
			results: inputs.map(create),
			startedAt: at,
			completedAt: at,
		});
	});
	app.post(`${base}/batch/archive`, async (request, reply) => {
		const inputs = listOf(objectOf(request.body, 'request')['inputs'], 'inputs');
		for (const input of inputs) archive(String(objectOf(input, 'input')['name']));
		return reply.code(204).send();
	});
	addGroupRoutes(app, account, `${base}/groups`);
}

function addGroupRoutes(app: FastifyInstance, account: HubSpotAccount, base: string): void {
	const nameOf = (params: unknown): string => (params as { group: string }).group;
	const active = (name: string): NonNullable<ReturnType<typeof account.groups.get>> => {
		const row = account.groups.get(name);
		if (row === undefined || row.archived) throw new Refusal(notFound());
		return row;
	};
	app.get(base, async () => ({ results: [...account.groups.values()].filter((group) => !group.archived) }));
	app.post(base, async (request, reply) => {
		const { name, label, displayOrder } = objectOf(request.body, 'group');
		if (typeof name !== 'string' || typeof label !== 'string') {
			throw new Refusal(invalid('Invalid input JSON: name and label are required'));
		}
		if (account.groups.get(name)?.archived === false) {
			throw new Refusal(
				problem(409, 'OBJECT_ALREADY_EXISTS', `A property group named '${name}' already exists.`),
			);
		}
		const group = { name, label, displayOrder: Number(displayOrder ?? -1), archived: false };
		account.groups.set(name, group);
		return reply.code(201).send(group);
	});
	app.get(`${base}/:group`, async (request) => active(nameOf(request.params)));
	app.patch(`${base}/:group`, async (request) => {
		const group = active(nameOf(request.params));
		const { label, displayOrder } = objectOf(request.body, 'group');
		if (typeof label === 'string') group.label = label;
		if (displayOrder !== undefined) group.displayOrder = Number(displayOrder);
		return group;
	});
	app.delete(`${base}/:group`, async (request, reply) => {
		const group = active(nameOf(request.params));
		const used = [...account.definitions.values()].some(
			(row) => row.groupName === group.name && !row.archived,
		);
		if (used) throw new Refusal(invalid(`Property group ${group.name} still contains active properties`));
		group.archived = true;
		return reply.code(204).send();
	});
}
