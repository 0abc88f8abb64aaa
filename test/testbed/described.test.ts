import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { contracts } from '../../testbed/contracts';
import type { Contract } from '../../testbed/contracts/contract';
import { compareContract, type Description } from '../../testbed/contracts/described';
import { asOpenApi } from '../../testbed/contracts/service-model';

const contract: Contract = {
	vendor: 'A vendor',
	sources: [{ url: 'https://example.com/docs', read: '2026-11-30' }],
	refusal: z.object({ error: z.string() }),
	exchanges: [
		{
			name: 'send',
			method: 'POST',
			path: '/v1/send/{id}',
			request: z
				.object({ to: z.string(), tags: z.array(z.object({ name: z.string() }).strict()).optional() })
				.strict(),
			answers: { 200: z.object({ id: z.string(), more: z.string().optional() }) },
		},
	],
};

const text = { type: 'string' };
const openApi = (
	request: object = {
		type: 'object',
		properties: { to: text, tags: { type: 'array', items: { $ref: '#/components/schemas/Tag' } } },
	},
	answer: object = { type: 'object', properties: { id: text } },
	status = '200',
	path = '/send/{message_id}',
): Description => ({
	name: 'openapi.json',
	document: {
		servers: [{ url: 'https://api.example.com/v1' }],
		paths: {
			[path]: {
				post: {
					requestBody: { content: { 'application/json': { schema: request } } },
					responses: { [status]: { content: { 'application/json': { schema: answer } } } },
				},
			},
		},
		components: { schemas: { Tag: { type: 'object', properties: { name: text } } } },
	},
});
const told = (description: Description) =>
	compareContract(contract, [description]).differences.map(({ where, what }) => `${where}: ${what}`);

describe('a contract beside the official description', () => {
	it('agrees where nothing moved, below the path of the server and through references', () => {
		expect(compareContract(contract, [openApi()])).toEqual({
			found: ['POST /v1/send/{id}'],
			missing: [],
			differences: [],
		});
	});

	it('says which kind of call is not described', () => {
		expect(compareContract(contract, [openApi(undefined, undefined, '200', '/sends/{id}')])).toMatchObject({
			found: [],
			missing: ['POST /v1/send/{id}'],
		});
		// What we leave open is another path than one that is named there.
		expect(
			compareContract(contract, [openApi(undefined, undefined, '200', '/send/batch')]).missing,
		).toHaveLength(1);
	});

	it('says what we send and is not described, at any depth', () => {
		expect(told(openApi({ type: 'object', properties: { recipient: text } }))).toEqual([
			'request: to is not described',
			'request: tags is not described',
		]);
		const tags = { type: 'array', items: { type: 'object', properties: { label: text } } };
		expect(told(openApi({ type: 'object', properties: { to: text, tags } }))).toEqual([
			'request: tags[].name is not described',
		]);
	});

	it('says what the vendor asks for and we do not know', () => {
		const request = {
			allOf: [
				{ type: 'object', properties: { to: text, tags: {} } },
				{ required: ['from'], properties: { from: text } },
			],
		};
		expect(told(openApi(request))).toEqual(['request: from is required and not in our contract']);
	});

	it('says what we rely on in an answer and is not described; what may be there besides is no matter', () => {
		expect(told(openApi(undefined, { type: 'object', properties: { message_id: text } }))).toEqual([
			'answer: id is not described',
		]);
	});

	it('says that a status moved, and compares nothing of it then', () => {
		expect(told(openApi(undefined, undefined, '202'))).toEqual(['status: 200 is not described']);
	});

	it('reads Swagger 2: a base path, a body among the parameters, schemas beside the status', () => {
		const schema = { type: 'object', properties: { to: text, tags: {} } };
		const document = {
			swagger: '2.0',
			basePath: '/v1',
			paths: {
				'/send/{id}': {
					post: {
						parameters: [{ in: 'body', name: 'body', schema }],
						responses: { 200: { schema: { type: 'object', properties: { message: text } } } },
					},
				},
			},
		};
		expect(told({ name: 'swagger.json', document })).toEqual(['answer: id is not described']);
	});
});

describe('a contract beside a service model of AWS', () => {
	const members = (names: readonly string[]) =>
		Object.fromEntries(names.map((name) => [name, { shape: 'Text' }]));
	const model = (protocol: string, asked: readonly string[], given: readonly string[]) => ({
		metadata: { protocol },
		operations: {
			Send: {
				http: { method: 'POST', requestUri: protocol === 'json' ? '/' : '/v1/send/{Id}' },
				input: { shape: 'In' },
				output: { shape: 'Out' },
			},
		},
		shapes: {
			Text: { type: 'string' },
			In: {
				type: 'structure',
				required: [...asked, 'Id'],
				members: {
					...members(asked),
					Id: { shape: 'Text', location: 'uri' },
					tags: { shape: 'Tags' },
				},
			},
			Tags: { type: 'list', member: { shape: 'Tag' } },
			Tag: { type: 'structure', members: { Name: { shape: 'Text', locationName: 'name' } } },
			Out: { type: 'structure', members: members(given) },
		},
	});
	const differences = (document: Description['document'], of: Contract = contract) =>
		compareContract(of, [{ name: 'service-2.json', document: asOpenApi(document) }]).differences.map(
			({ where, what }) => `${where}: ${what}`,
		);

	it('agrees where nothing moved, and says what did', () => {
		expect(differences(model('rest-json', ['to'], ['id']))).toEqual([]);
		expect(differences(model('rest-json', ['to', 'from'], ['message']))).toEqual([
			'request: from is required and not in our contract',
			'answer: id is not described',
		]);
	});

	it('finds an operation by its name where all share one path', () => {
		const named = (operation: string): Contract => ({
			...contract,
			exchanges: contract.exchanges.map((exchange) => ({ ...exchange, path: '/', operation })),
		});
		expect(differences(model('json', ['to'], ['message']), named('Send'))).toEqual([
			'answer: id is not described',
		]);
		const other = { name: 'x.json', document: asOpenApi(model('json', ['to'], [])) };
		expect(compareContract(named('Receive'), [other]).missing).toEqual(['POST /']);
	});

	it('leaves other descriptions as they are', () => {
		const { document } = openApi();
		expect(asOpenApi(document)).toBe(document);
	});
});

it('every contract says where it was read, and when', () => {
	const never = contracts.filter(([, { sources }]) => !sources.some(({ read }) => read !== null));
	expect(never.map(([, { vendor }]) => vendor)).toEqual([]);
});
