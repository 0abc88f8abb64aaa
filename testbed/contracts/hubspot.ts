import { z } from 'zod';
import type { Contract, Exchange } from './contract';

const read = '2026-11-30';

/**
 * Body of a refusal. The specification makes `category` required; HubSpot's own 429 has none but `errorType`
 * (field notes of 2026-11; developers.hubspot.com, error handling: "treat every field as optional").
 */
const refusal = z
	.object({
		status: z.literal('error'),
		message: z.string(),
		correlationId: z.string(),
		category: z.string().optional(),
		errorType: z.string().optional(),
		subCategory: z.string().optional(),
		context: z.record(z.array(z.string())).optional(),
		errors: z.array(z.object({ message: z.string() }).passthrough()).optional(),
	})
	.refine(({ category, errorType }) => category !== undefined || errorType !== undefined, 'no category');

const instant = z.string().datetime({ offset: true });
const properties = z.record(z.string().nullable());
const history = z.record(
	z.array(z.object({ value: z.string(), timestamp: instant, sourceType: z.string() }).passthrough()),
);

const contact = z.object({
	id: z.string().regex(/^\d+$/),
	properties,
	propertiesWithHistory: history.optional(),
	createdAt: instant,
	updatedAt: instant,
	archived: z.boolean(),
	archivedAt: instant.optional(),
});

const partial = z.object({
	status: z.literal('error'),
	category: z.string(),
	message: z.string(),
	context: z.record(z.array(z.string())).optional(),
});

const batchOf = (row: z.ZodTypeAny) =>
	z.object({
		status: z.enum(['PENDING', 'PROCESSING', 'CANCELED', 'COMPLETE']),
		results: z.array(row),
		startedAt: instant,
		completedAt: instant,
		numErrors: z.number().int().optional(),
		errors: z.array(partial).optional(),
	});

const written = contact.extend({ new: z.boolean().optional(), objectWriteTraceId: z.string().optional() });

const inputs = <Row extends z.ZodTypeAny>(row: Row, most = 100) => z.array(row).min(1).max(most);
const values = z.record(z.string());

const readRequest = z
	.object({
		inputs: inputs(z.object({ id: z.string() }).strict()),
		properties: z.array(z.string()),
		// Required in the specification, left out in HubSpot's own examples.
		propertiesWithHistory: z.array(z.string()).default([]),
		idProperty: z.string().optional(),
	})
	.strict()
	.refine(
		({ inputs: rows, propertiesWithHistory }) => propertiesWithHistory.length === 0 || rows.length <= 50,
		'more than 50 inputs with history',
	)
	.refine(({ inputs: rows }) => new Set(rows.map(({ id }) => id)).size === rows.length, 'an id twice');

const writeRequest = z
	.object({
		inputs: inputs(
			z
				.object({
					id: z.string(),
					idProperty: z.string().optional(),
					objectWriteTraceId: z.string().optional(),
					properties: values,
				})
				.strict(),
		),
	})
	.strict();

const filter = z
	.object({
		propertyName: z.string(),
		operator: z.enum([
			...(['EQ', 'NEQ', 'LT', 'LTE', 'GT', 'GTE', 'BETWEEN', 'IN', 'NOT_IN', 'HAS_PROPERTY'] as const),
			...(['NOT_HAS_PROPERTY', 'CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN'] as const),
		]),
		value: z.string().optional(),
		values: z.array(z.string()).optional(),
		highValue: z.string().optional(),
	})
	.strict();

// The specification says `sorts` are text; documentation and servers say objects.
const searchRequest = z
	.object({
		limit: z.number().int().min(1).max(200).optional(),
		after: z.string().optional(),
		sorts: z
			.array(z.union([z.string(), z.object({ propertyName: z.string(), direction: z.string() }).strict()]))
			.max(1)
			.optional(),
		properties: z.array(z.string()).optional(),
		filterGroups: z
			.array(z.object({ filters: z.array(filter).max(6) }).strict())
			.max(5)
			.optional(),
		query: z.string().optional(),
	})
	.strict();

const paging = z.object({ next: z.object({ after: z.string(), link: z.string().optional() }) }).optional();

const option = z.object({ label: z.string(), value: z.string(), hidden: z.boolean() });
const definition = z.object({
	name: z.string(),
	label: z.string(),
	type: z.enum(['string', 'number', 'date', 'datetime', 'enumeration', 'bool', 'phone_number', 'json']),
	fieldType: z.string(),
	description: z.string(),
	groupName: z.string(),
	options: z.array(option),
	archived: z.boolean().optional(),
	createdAt: instant.optional(),
	updatedAt: instant.optional(),
});
const group = z.object({
	name: z.string(),
	label: z.string(),
	displayOrder: z.number(),
	archived: z.boolean(),
});

const isDated = (base: string): boolean => !base.startsWith('/crm/v3/');

/** A batch that may be refused in part: v3 then answers 207, the dated paths tell it in the answer of a success. */
const partly = (base: string, status: number, answer: z.ZodTypeAny): Exchange['answers'] =>
	isDated(base) ? { [status]: answer } : { [status]: answer, 207: answer };

const contactExchanges = (base: string): readonly Exchange[] => [
	{
		name: 'list',
		method: 'GET',
		path: base,
		answers: { 200: z.object({ results: z.array(contact), paging }) },
	},
	{
		name: 'create',
		method: 'POST',
		path: base,
		request: z.object({ properties: values, associations: z.array(z.unknown()).optional() }).strict(),
		answers: { 201: contact },
	},
	{ name: 'read one', method: 'GET', path: `${base}/{id}`, answers: { 200: contact } },
	{
		name: 'update one',
		method: 'PATCH',
		path: `${base}/{id}`,
		request: z.object({ properties: values }).strict(),
		answers: { 200: contact },
	},
	{ name: 'archive one', method: 'DELETE', path: `${base}/{id}`, answers: { 204: null } },
	{
		name: 'search',
		method: 'POST',
		path: `${base}/search`,
		request: searchRequest,
		answers: { 200: z.object({ total: z.number().int(), results: z.array(contact), paging }) },
	},
	{ name: 'merge', method: 'POST', path: `${base}/merge`, answers: { 200: contact } },
	{
		name: 'batch read',
		method: 'POST',
		path: `${base}/batch/read`,
		request: readRequest,
		answers: partly(base, 200, batchOf(contact)),
	},
	{
		name: 'batch update',
		method: 'POST',
		path: `${base}/batch/update`,
		request: writeRequest,
		answers: partly(base, 200, batchOf(written)),
	},
	{
		name: 'batch create',
		method: 'POST',
		path: `${base}/batch/create`,
		answers: partly(base, 201, batchOf(written)),
	},
	{
		name: 'batch upsert',
		method: 'POST',
		path: `${base}/batch/upsert`,
		request: writeRequest,
		answers: partly(base, 200, batchOf(written)),
	},
	{ name: 'batch archive', method: 'POST', path: `${base}/batch/archive`, answers: { 204: null } },
];

const propertyExchanges = (base: string): readonly Exchange[] => [
	{
		name: 'list definitions',
		method: 'GET',
		path: base,
		answers: { 200: z.object({ results: z.array(definition) }) },
	},
	{ name: 'create definition', method: 'POST', path: base, answers: { 201: definition } },
	{ name: 'read definition', method: 'GET', path: `${base}/{name}`, answers: { 200: definition } },
	{ name: 'update definition', method: 'PATCH', path: `${base}/{name}`, answers: { 200: definition } },
	{ name: 'archive definition', method: 'DELETE', path: `${base}/{name}`, answers: { 204: null } },
	{
		name: 'batch read definitions',
		method: 'POST',
		path: `${base}/batch/read`,
		answers: partly(base, 200, batchOf(definition)),
	},
	{
		name: 'batch create definitions',
		method: 'POST',
		path: `${base}/batch/create`,
		answers: partly(base, isDated(base) ? 200 : 201, batchOf(definition)),
	},
	{
		name: 'batch archive definitions',
		method: 'POST',
		path: `${base}/batch/archive`,
		answers: { 204: null },
	},
	{
		name: 'list groups',
		method: 'GET',
		path: `${base}/groups`,
		answers: { 200: z.object({ results: z.array(group) }) },
	},
	{ name: 'create group', method: 'POST', path: `${base}/groups`, answers: { 201: group } },
	{ name: 'read group', method: 'GET', path: `${base}/groups/{group}`, answers: { 200: group } },
	{ name: 'update group', method: 'PATCH', path: `${base}/groups/{group}`, answers: { 200: group } },
	{ name: 'archive group', method: 'DELETE', path: `${base}/groups/{group}`, answers: { 204: null } },
];

const usage = z.object({
	results: z.array(
		z.object({
			name: z.string(),
			usageLimit: z.number(),
			currentUsage: z.number(),
			collectedAt: instant,
			fetchStatus: z.string(),
			resetsAt: instant,
		}),
	),
});

/** HubSpot's CRM, as the adapter and the templates call it, on both versions of the paths. */
export const hubSpot: Contract = {
	vendor: 'HubSpot',
	sources: [
		{ url: 'https://github.com/HubSpot/HubSpot-public-api-spec-collection (of 2026-08-21)', read },
		{ url: 'https://developers.hubspot.com/docs/api-reference/latest/crm/objects/contacts/guide', read },
		{ url: 'npm @hubspot/api-client 14.0.1, lib/codegen/crm (generated from the same files)', read },
	],
	refusal,
	exchanges: [
		...['/crm/v3/objects/contacts', '/crm/objects/2026-09/contacts', '/crm/v3/objects/0-1'].flatMap(
			contactExchanges,
		),
		...['/crm/v3/properties', '/crm/properties/2026-09'].flatMap((base) =>
			['contacts', '0-1'].flatMap((type) => propertyExchanges(`${base}/${type}`)),
		),
		{
			name: 'api usage',
			method: 'GET',
			path: '/account-info/v3/api-usage/daily/private-apps',
			answers: { 200: usage },
		},
	],
};
