import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HubSpotAccount } from './account';
import { contactAnswer, objectOf, queryList } from './answers';
import { invalid, notFound, Refusal } from './problems';
import { search } from './search';

interface Query {
	readonly archived?: string;
	readonly idProperty?: string;
	readonly limit?: string;
	readonly after?: string;
	readonly properties?: unknown;
	readonly propertiesWithHistory?: unknown;
}

const queryOf = (request: FastifyRequest): Query => request.query as Query;
const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id;

/** Single contacts, the list and the search, below `base`. */
export function addContactRoutes(app: FastifyInstance, account: HubSpotAccount, base: string): void {
	app.get(base, async (request) => {
		const query = queryOf(request);
		const history = queryList(query.propertiesWithHistory);
		const limit = Number(query.limit ?? 10);
		if (!(limit >= 1 && limit <= (history.length > 0 ? 50 : 100))) {
			throw new Refusal(invalid('The limit is too large.'));
		}
		const wantArchived = query.archived === 'true';
		const after = Number(query.after ?? 0);
		const page = [...account.contacts.values()]
			.filter((contact) => contact.archived === wantArchived && Number(contact.id) >= after)
			.sort((a, b) => Number(a.id) - Number(b.id))
			.slice(0, limit + 1);
		const next = page[limit];
		return {
			results: page
				.slice(0, limit)
				.map((contact) => contactAnswer(account, contact, queryList(query.properties), history)),
			...(next === undefined ? {} : { paging: { next: { after: next.id } } }),
		};
	});

	app.post(base, async (request, reply) => {
		const { properties } = objectOf(request.body, 'request');
		const contact = account.create(objectOf(properties, 'properties'));
		void reply.code(201);
		return contactAnswer(account, contact, Object.keys(objectOf(properties, 'properties')));
	});

	app.post(`${base}/search`, async (request) =>
		search(account, request.body, JSON.stringify(request.body ?? {})),
	);

	app.post(`${base}/merge`, async (request) => {
		const { primaryObjectId, objectIdToMerge } = objectOf(request.body, 'request');
		return contactAnswer(account, account.merge(String(primaryObjectId), String(objectIdToMerge)));
	});

	app.get(`${base}/:id`, async (request) => {
		const query = queryOf(request);
		const contact = account.findBy(query.idProperty, idOf(request));
		if (contact === undefined || contact.archived !== (query.archived === 'true'))
			throw new Refusal(notFound());
		return contactAnswer(
			account,
			contact,
			queryList(query.properties),
			queryList(query.propertiesWithHistory),
		);
	});

	app.patch(`${base}/:id`, async (request) => {
		const contact = account.findBy(queryOf(request).idProperty, idOf(request));
		if (contact === undefined || contact.archived) throw new Refusal(notFound());
		const properties = objectOf(objectOf(request.body, 'request')['properties'], 'properties');
		account.update(contact, properties);
		return contactAnswer(account, contact, Object.keys(properties));
	});

	app.delete(`${base}/:id`, async (request, reply) => {
		const contact = account.find(idOf(request));
		if (contact !== undefined) account.archive(contact);
		return reply.code(204).send();
	});
}
