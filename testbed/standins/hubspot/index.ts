import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hubSpot } from '../../contracts/hubspot';
import { createBench, type StandIn, type StandInAdmin } from '../shared/server';
import { HubSpotAccount, type ContactRow, type Source } from './account';
import { contactAnswer, listOf, objectOf } from './answers';
import { addBatchRoutes, type BatchSettings } from './batch-routes';
import { addContactRoutes } from './contact-routes';
import type { DefinitionInput, GroupRow } from './definitions';
import { hubSpotFaults } from './faults';
import { noLimits, RateLimits, realLimits, type Limits } from './limits';
import { addPropertyRoutes } from './property-routes';
import { problem, Refusal, type Problem } from './problems';
import { scopes, Tokens } from './tokens';

/** How the HubSpot stand-in starts. */
export interface HubSpotStandInOptions {
	readonly host?: string;
	readonly port?: number;
	/** `real` for HubSpot's own, `none` if absent. */
	readonly limits?: 'real' | 'none' | Limits;
	/** Milliseconds until a write shows in searches; 300 if absent. */
	readonly indexLagMs?: number;
	readonly clock?: () => number;
}

/** What a test may do to the HubSpot stand-in. */
export interface HubSpotAdmin extends StandInAdmin {
	/** The account itself: its rules without HTTP. */
	readonly account: HubSpotAccount;
	readonly tokens: Tokens;
	/** Switches of batch behaviour that portals differ in. */
	readonly batches: BatchSettings;
	setLimits(limits: 'real' | 'none' | Limits): void;
	setIndexLag(ms: number): void;
	/** Makes all writes visible to searches now. */
	settleIndex(): void;
	define(...definitions: readonly DefinitionInput[]): void;
	addGroup(group: Omit<GroupRow, 'archived'>): void;
	/** Contacts from property values; gives their ids. Throws for values HubSpot would not take. */
	seedContacts(contacts: readonly Readonly<Record<string, string>>[]): readonly string[];
	/** Current values of a contact, or `null` if there is none. Merged ids lead to the record they became. */
	values(id: string): Readonly<Record<string, string>> | null;
	/** Writes as somebody else would. */
	foreignWrite(id: string, properties: Readonly<Record<string, string>>, source?: Source): void;
	archive(id: string): void;
	/** Merges two contacts; gives the id of the new record. */
	merge(primaryId: string, otherId: string): string;
}

const limitsOf = (limits: 'real' | 'none' | Limits): Limits =>
	limits === 'real' ? realLimits : limits === 'none' ? noLimits : limits;

/** Starts the stand-in. Port 0 takes a free one. */
export async function startHubSpot(options: HubSpotStandInOptions = {}): Promise<StandIn<HubSpotAdmin>> {
	const clock = options.clock ?? Date.now;
	const account = new HubSpotAccount(clock, options.indexLagMs ?? 300);
	const bench = createBench(hubSpotFaults(account), hubSpot);
	const limits = new RateLimits(clock, limitsOf(options.limits ?? 'none'));
	const tokens = new Tokens();
	const batches: BatchSettings = {
		honourTraceIds: true,
		shuffle: true,
		troubles: new Map(),
		unreadable: new Set(),
	};
	addGuard(bench.app, tokens, limits, clock);
	for (const base of ['/crm/v3/objects/contacts', '/crm/objects/2026-09/contacts', '/crm/v3/objects/0-1']) {
		addContactRoutes(bench.app, account, base);
		addBatchRoutes(bench.app, account, base, batches);
	}
	for (const base of ['/crm/v3/properties', '/crm/properties/2026-09']) {
		for (const type of ['contacts', '0-1']) addPropertyRoutes(bench.app, account, `${base}/${type}`);
	}
	bench.app.get('/account-info/v3/api-usage/daily/private-apps', async () => ({
		results: [
			{
				name: 'private-apps-api-calls-daily',
				usageLimit: limits.limits.perDay,
				currentUsage: limits.usage(),
				collectedAt: new Date(clock()).toISOString(),
				fetchStatus: 'SUCCESS',
				resetsAt: new Date(clock() + 86_400_000).toISOString(),
			},
		],
	}));
	const admin: HubSpotAdmin = {
		...bench.admin,
		account,
		tokens,
		batches,
		setLimits: (given) => {
			limits.limits = limitsOf(given);
			limits.reset();
		},
		setIndexLag: (ms) => {
			account.index.lagMs = ms;
		},
		settleIndex: () => account.index.settle(),
		define: (...definitions) => {
			for (const input of definitions) account.define(input);
		},
		addGroup: (group) => {
			account.groups.set(group.name, { ...group, archived: false });
		},
		seedContacts: (contacts) => {
			const ids = contacts.map((properties) => account.create(properties).id);
			account.index.settle();
			return ids;
		},
		values: (id) => valuesOf(account, account.find(id)),
		foreignWrite: (id, properties, source = { sourceType: 'CRM_UI', sourceId: 'userId:7' }) => {
			const contact = account.find(id);
			if (contact === undefined) throw new Error(`No contact ${id}`);
			account.write(contact, new Map(Object.entries(properties)), source);
		},
		archive: (id) => {
			const contact = account.find(id);
			if (contact !== undefined) account.archive(contact);
		},
		merge: (primaryId, otherId) => account.merge(primaryId, otherId).id,
	};
	addAdminRoutes(bench.app, admin);
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}

function valuesOf(
	account: HubSpotAccount,
	contact: ContactRow | undefined,
): Readonly<Record<string, string>> | null {
	if (contact === undefined) return null;
	return Object.fromEntries(
		[...contact.history.keys()].flatMap((name) => {
			const value = account.value(contact, name);
			return value === null ? [] : [[name, value]];
		}),
	);
}

function scopeOf(request: FastifyRequest): string {
	const path = request.url.split('?')[0] ?? '';
	const reading = request.method === 'GET' || path.endsWith('/search') || path.endsWith('/batch/read');
	if (path.includes('/properties/')) return reading ? scopes.schemasRead : scopes.schemasWrite;
	return reading ? scopes.read : scopes.write;
}

function addGuard(app: FastifyInstance, tokens: Tokens, limits: RateLimits, clock: () => number): void {
	const answer = (found: Problem): Refusal => new Refusal(found);
	app.addHook('preHandler', async (request, reply) => {
		const path = request.url.split('?')[0] ?? '';
		if (path.startsWith('/__admin') || reply.sent) return;
		const authorization = request.headers.authorization;
		const refused = tokens.check(authorization, scopeOf(request), clock());
		if (refused !== null) throw answer(refused);
		const search = path.endsWith('/search');
		const over = limits.admit(authorization ?? '', search);
		if (over !== null) throw answer(over);
		for (const [name, value] of Object.entries(limits.headers(authorization ?? '', search))) {
			void reply.header(name, value);
		}
	});
	app.setErrorHandler((error, _request, reply) => {
		const found =
			error instanceof Refusal
				? error.problem
				: problem((error as { statusCode?: number }).statusCode ?? 500, 'INTERNAL_ERROR', 'internal error');
		for (const [name, value] of Object.entries(found.headers ?? {})) void reply.header(name, value);
		return reply.code(found.status).send(found.body);
	});
	app.setNotFoundHandler((_request, reply) =>
		reply.code(404).send(problem(404, 'NOT_FOUND', 'no such path').body),
	);
}

function addAdminRoutes(app: FastifyInstance, admin: HubSpotAdmin): void {
	app.get('/__admin/contacts', async (request) => {
		const ids = (request.query as { id?: string }).id?.split(',') ?? [...admin.account.contacts.keys()];
		return Object.fromEntries(ids.map((id) => [id, admin.values(id)]));
	});
	app.post('/__admin/contacts', async (request) => ({
		ids: admin.seedContacts(listOf(request.body, 'contacts') as Readonly<Record<string, string>>[]),
	}));
	app.get('/__admin/contacts/:id', async (request) => {
		const contact = admin.account.find((request.params as { id: string }).id);
		const names = contact === undefined ? [] : [...contact.history.keys()];
		return contact === undefined ? {} : contactAnswer(admin.account, contact, names, names);
	});
	app.patch('/__admin/contacts/:id', async (request) => {
		const properties = objectOf(request.body, 'properties') as Readonly<Record<string, string>>;
		admin.foreignWrite((request.params as { id: string }).id, properties);
		return { ok: true };
	});
	app.delete('/__admin/contacts/:id', async (request) => {
		admin.archive((request.params as { id: string }).id);
		return { ok: true };
	});
	app.post('/__admin/merge', async (request) => {
		const { primary, other } = request.body as { primary: string; other: string };
		return { id: admin.merge(primary, other) };
	});
	app.post('/__admin/settings', async (request) => {
		const given = request.body as { indexLagMs?: number; limits?: 'real' | 'none' | Limits };
		if (given.indexLagMs !== undefined) admin.setIndexLag(given.indexLagMs);
		if (given.limits !== undefined) admin.setLimits(given.limits);
		return { ok: true };
	});
}
