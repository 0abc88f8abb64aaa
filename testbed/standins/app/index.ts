import type { FastifyInstance, FastifyReply } from 'fastify';
import type { StandIn, StandInAdmin } from '../shared/server';
import { bearerOf, keyedBench, type VendorOptions } from '../shared/vendor';
import { vendorFaults } from '../shared/vendor-faults';
import { versionOf, type CriticalPath, type Version } from './version';

export { criticalPaths, versionOf, type CriticalPath, type Version } from './version';

/** The account the smoke tests sign in with. */
export const smokeUser = { email: 'smoke@example.com', password: 'stand-in' } as const;

/** Token the changelog and the blog take. */
export const sandboxSiteToken = 'site-stand-in';

/** What the application does outside. */
export interface AppEffects {
	/** Sends an email; returns the provider's id. */
	readonly email: (to: string, subject: string) => string;
	/** Subscribes a customer in Stripe's test mode; returns the subscription's id. */
	readonly subscribe: (customer: string, plan: string, livemode: boolean) => string;
}

/** What a test may do to the application. */
export interface AppAdmin extends StandInAdmin {
	/** What runs now. */
	running(): Version;
	/** Every deployment, oldest first. */
	deployments(): readonly { readonly version: string; readonly at: number }[];
	/** Rolls a version out, blue-green: nothing is refused meanwhile. */
	deploy(version: Version): void;
	/** In which mode of Stripe the test account subscribes; at first in test mode. */
	bill(mode: 'test' | 'live'): void;
	/** Changelog entries and blog posts that were published, oldest first. */
	published(): readonly {
		readonly site: 'changelog' | 'blog';
		readonly title: string;
		readonly body: string;
	}[];
}

const session = 'smoke-session';

/** Starts one environment of the application under release, with its changelog and its blog. */
export async function startApp(
	effects: AppEffects,
	options: VendorOptions & { readonly version?: Version } = {},
): Promise<StandIn<AppAdmin>> {
	const clock = options.clock ?? Date.now;
	let running = options.version ?? versionOf('v1.3.0');
	const deployments = [{ version: running.version, at: clock() }];
	const published: { site: 'changelog' | 'blog'; title: string; body: string }[] = [];
	const faults = vendorFaults({
		throttled: { detail: 'Too many requests' },
		broken: { detail: 'Internal Server Error' },
	});
	const { app, ...bench } = keyedBench(faults, () => true, { status: 401, body: {} });
	let livemode = false;
	addPaths(
		app,
		effects,
		() => running,
		() => livemode,
	);
	addSites(app, published);
	const admin: AppAdmin = {
		...bench.admin,
		running: () => running,
		deployments: () => deployments,
		deploy: (version) => {
			running = version;
			deployments.push({ version: version.version, at: clock() });
		},
		bill: (mode) => {
			livemode = mode === 'live';
		},
		published: () => published,
	};
	app.get('/__admin/running', async () => admin.running());
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}

function addPaths(
	app: FastifyInstance,
	effects: AppEffects,
	running: () => Version,
	livemode: () => boolean,
): void {
	const breaks = (path: CriticalPath, reply: FastifyReply): boolean => {
		if (!running().broken.includes(path)) return false;
		void reply.code(500).send({ detail: 'Internal Server Error' });
		return true;
	};
	app.get('/api/health', async () => {
		const { version, commit } = running();
		return { status: 'ok', version, commit };
	});
	app.get('/api/v2/status.json', async () => ({
		page: { id: 'stand-in', name: 'Stand-in' },
		status: { indicator: 'none', description: 'All Systems Operational' },
	}));
	app.post('/api/auth/login', async (request, reply) => {
		if (breaks('login', reply)) return reply;
		const { email, password } = (request.body ?? {}) as { email?: string; password?: string };
		if (email !== smokeUser.email || password !== smokeUser.password) {
			return reply.code(401).send({ detail: 'Incorrect email or password' });
		}
		return { access_token: session, token_type: 'bearer' };
	});
	app.addHook('preHandler', async (request, reply) => {
		const open = ['/api/health', '/api/auth/login', '/api/v2/status.json'].includes(
			request.url.split('?')[0] ?? '',
		);
		if (!request.url.startsWith('/api/') || open || reply.sent || bearerOf(request) === session) return;
		if (request.url.startsWith('/api/entries') || request.url.startsWith('/api/posts')) return;
		return reply.code(401).send({ detail: 'Not authenticated' });
	});
	app.post('/api/jobs/:id/applications', async (request, reply) => {
		if (breaks('apply', reply)) return reply;
		return reply.code(201).send({
			id: `application-${(request.params as { id: string }).id}`,
			job_id: (request.params as { id: string }).id,
			status: 'submitted',
		});
	});
	app.get('/api/tracker', async (_request, reply) => {
		if (breaks('tracker', reply)) return reply;
		return { applications: [{ id: 'application-smoke', status: 'submitted' }], total: 1 };
	});
	app.post('/api/emails/test', async (request, reply) => {
		if (breaks('email', reply)) return reply.code(202).send({ status: 'queued', message_id: 'never-sent' });
		const { to = smokeUser.email } = (request.body ?? {}) as { to?: string };
		return reply.code(202).send({ status: 'queued', message_id: effects.email(to, 'Smoke test') });
	});
	app.post('/api/billing/upgrade', async (request, reply) => {
		if (breaks('upgrade', reply)) return reply;
		const { plan = 'pro' } = (request.body ?? {}) as { plan?: string };
		return { plan, subscription_id: effects.subscribe('cus_smoke', plan, livemode()) };
	});
}

function addSites(
	app: FastifyInstance,
	published: { site: 'changelog' | 'blog'; title: string; body: string }[],
): void {
	for (const [site, path] of [
		['changelog', '/api/entries'],
		['blog', '/api/posts'],
	] as const) {
		app.post(path, async (request, reply) => {
			if (bearerOf(request) !== sandboxSiteToken)
				return reply.code(401).send({ detail: 'Not authenticated' });
			const { title = '', body = '' } = (request.body ?? {}) as { title?: string; body?: string };
			if (title === '') return reply.code(422).send({ detail: 'title is required' });
			published.push({ site, title, body });
			return reply.code(201).send({ id: published.length, title });
		});
	}
}
