import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startWeeklyVendors, type WeeklyVendors } from '../../scenarios/weekly/vendors';
import { sandboxDatadogKeys } from '../../testbed/standins/datadog';
import { sandboxGitHubToken } from '../../testbed/standins/github';
import { sandboxIntercomToken } from '../../testbed/standins/intercom';
import { sandboxSendGridKey } from '../../testbed/standins/sendgrid';
import { sandboxSlackToken, slackChannels } from '../../testbed/standins/slack';
import { sandboxStripeKey } from '../../testbed/standins/stripe';
import { sandboxAwsKeys } from '../../testbed/standins/ecr';
import { smokeUser, versionOf } from '../../testbed/standins/app';

type Body = Record<string, unknown>;

let world: WeeklyVendors;
beforeAll(async () => {
	world = await startWeeklyVendors();
}, 60_000);
afterAll(async () => await world.close());

const call = async (url: string, token: string, body?: unknown, more: Record<string, string> = {}) => {
	const answer = await fetch(url, {
		method: body === undefined ? 'GET' : 'POST',
		headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...more },
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
	const text = await answer.text();
	return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
};
const repo = (): string => `${world.github.url}/repos/example/roleferry`;
const github = async (path: string, body?: unknown) =>
	await call(`${repo()}${path}`, sandboxGitHubToken, body);

describe('GitHub', () => {
	it('lists merged pull requests with their reviews', async () => {
		const at = Date.UTC(2026, 10, 17);
		const { number } = world.github.admin.repository.merge(
			{ title: 'Faster API', author: 'li', labels: [] },
			at,
		);
		const { body } = await github('/pulls?state=closed&base=develop');
		expect(body).toMatchObject([{ number, merged_at: '2026-11-17T00:00:00Z', user: { login: 'li' } }]);
		const reviews = await github(`/pulls/${number}/reviews`);
		expect(reviews.body).toMatchObject([{ state: 'APPROVED', user: { login: 'maya' } }]);
	});

	it('cuts branches and tags once, dispatches, builds, deploys and merges', async () => {
		const sha = (await github('/git/ref/heads/develop')).body['object'] as Body;
		const ref = { ref: 'refs/tags/v1.4.0', sha: sha['sha'] };
		expect((await github('/git/refs', ref)).status).toBe(201);
		expect((await github('/git/refs', ref)).status).toBe(422);
		const dispatch = async (workflow: string, inputs: object = {}, more: object = {}) =>
			await github(`/actions/workflows/${workflow}/dispatches`, {
				ref: 'v1.4.0',
				inputs: { version: 'v1.4.0', ...inputs },
				...more,
			});
		const environment = { environment: 'production' };
		await dispatch('deploy.yml', environment);
		const failed = await github('/actions/workflows/deploy.yml/runs?per_page=1');
		expect(failed.body['workflow_runs']).toMatchObject([{ status: 'completed', conclusion: 'failure' }]);
		expect(await dispatch('build.yml', environment)).toMatchObject({
			status: 422,
			body: { message: 'Unexpected inputs provided: ["environment"]' },
		});
		expect((await dispatch('build.yml')).status).toBe(204);
		const started = await dispatch('deploy.yml', environment, { return_run_details: true });
		expect(started.status).toBe(200);
		expect((await github(`/actions/runs/${String(started.body['workflow_run_id'])}`)).body).toMatchObject({
			status: 'completed',
			conclusion: 'success',
			head_sha: sha['sha'],
		});
		expect(world.production.admin.running().version).toBe('v1.4.0');
		expect((await github('/compare/v1.3.0...v1.4.0')).body).toMatchObject({ status: 'ahead' });
		expect((await github('/merges', { base: 'main', head: 'v1.4.0' })).status).toBe(201);
		expect((await github('/merges', { base: 'main', head: 'v1.4.0' })).status).toBe(204);
	});

	it('lists tags in reverse alphabetical order, 30 a page, with a link to the next', async () => {
		const { repository } = world.github.admin;
		const main = String(repository.branch('main'));
		for (let minor = 0; minor < 104; minor += 1) repository.refs.set(`refs/tags/v0.${minor}.0`, main);
		const answer = await fetch(`${repo()}/tags?per_page=100`, {
			headers: { authorization: `Bearer ${sandboxGitHubToken}` },
		});
		const names = ((await answer.json()) as { name: string }[]).map(({ name }) => name);
		expect(names).toHaveLength(100);
		expect(names.indexOf('v0.99.0')).toBeLessThan(names.indexOf('v0.103.0'));
		expect(answer.headers.get('link')).toMatch(/page=2>; rel="next"/);
		expect((await github('/tags')).body).toHaveLength(30);
	});
});

describe('the other vendors', () => {
	beforeEach(() => world.slack.admin.clearMessages());

	it('Slack posts, lists, and refuses with HTTP 200', async () => {
		const post = (token: string, channel: string = slackChannels.general) =>
			call(`${world.slack.url}/api/chat.postMessage`, token, { channel, text: 'Hi' });
		expect((await post(sandboxSlackToken)).body).toMatchObject({ ok: true });
		expect(await post('other')).toMatchObject({ status: 200, body: { ok: false, error: 'invalid_auth' } });
		expect(world.slack.admin.messages('general').map(({ text }) => text)).toEqual(['Hi']);
		expect((await post(sandboxSlackToken, '#general')).body).toMatchObject({ error: 'channel_not_found' });
		const history = async (channel: string) =>
			await call(
				`${world.slack.url}/api/conversations.history?channel=${channel}&limit=1`,
				sandboxSlackToken,
			);
		expect((await history('general')).body).toEqual({ ok: false, error: 'channel_not_found' });
		await post(sandboxSlackToken);
		expect((await history(slackChannels.general)).body).toMatchObject({
			ok: true,
			has_more: true,
			response_metadata: { next_cursor: expect.stringMatching(/./) },
		});
	});

	it('Datadog answers with points, and with no series where it has no data', async () => {
		const headers = {
			'dd-api-key': sandboxDatadogKeys.apiKey,
			'dd-application-key': sandboxDatadogKeys.appKey,
		};
		const to = Math.floor(Date.now() / 1000);
		const ask = async (query: string) =>
			(
				await call(
					`${world.datadog.url}/api/v1/query?from=${to - 600}&to=${to}&query=${query}`,
					'',
					undefined,
					headers,
				)
			).body['series'] as { pointlist: number[][] }[];
		world.production.admin.deploy(versionOf('v9', { errorRate: 0.07 }));
		expect((await ask('sum:errors'))[0]?.pointlist.at(-1)?.[1]).toBe(0.07);
		expect(await ask('sum:nothing')).toEqual([]);
		world.production.admin.deploy(versionOf('v9', { errorRate: 0 }));
		expect(await ask('default_zero(sum:trace.flask.request.errors)')).toEqual([]);
	});

	it('Stripe, SendGrid and the application know of each other', async () => {
		const login = await call(`${world.staging.url}/api/auth/login`, '', smokeUser);
		const token = String(login.body['access_token']);
		const upgrade = await call(`${world.staging.url}/api/billing/upgrade`, token, { plan: 'pro' });
		const id = String(upgrade.body['subscription_id']);
		const held = await call(`${world.stripe.url}/v1/subscriptions/${id}`, sandboxStripeKey);
		expect(held.body).toMatchObject({ status: 'active', livemode: false });
		const mailed = await call(`${world.staging.url}/api/emails/test`, token, { to: 'a@example.com' });
		world.sendgrid.admin.lag(0);
		const query = encodeURIComponent(`msg_id LIKE "${String(mailed.body['message_id'])}%"`);
		const log = await call(`${world.sendgrid.url}/v3/messages?query=${query}&limit=1`, sandboxSendGridKey);
		expect(log.body['messages']).toMatchObject([{ status: 'delivered', to_email: 'a@example.com' }]);
		const exact = encodeURIComponent(`msg_id="${String(mailed.body['message_id'])}"`);
		const feed = async () =>
			await call(`${world.sendgrid.url}/v3/messages?query=${exact}`, sandboxSendGridKey);
		expect((await feed()).body).toEqual({ messages: [] });
		for (let asked = 2; asked < 6; asked += 1) await feed();
		expect((await feed()).status).toBe(429);
		const live = world.stripe.admin.subscribe('cus_1', 'pro', true);
		expect(await call(`${world.stripe.url}/v1/subscriptions/${live}`, sandboxStripeKey)).toMatchObject({
			status: 404,
			body: { error: { code: 'resource_missing', message: expect.stringContaining('live mode') } },
		});
	});

	it('Intercom searches by time, ECR describes what was pushed', async () => {
		world.intercom.admin.complain('u1', 'tracker', 'The tracker does not load');
		const query = { field: 'created_at', operator: '>', value: 0 };
		const found = await call(`${world.intercom.url}/conversations/search`, sandboxIntercomToken, { query });
		expect(found.body).toMatchObject({
			total_count: 1,
			conversations: [{ tags: { tags: [{ name: 'tracker' }] } }],
		});
		const signed = {
			authorization: `AWS4-HMAC-SHA256 Credential=${sandboxAwsKeys.accessKeyId}/20261120/us-west-2/ecr/aws4_request`,
			'content-type': 'application/x-amz-json-1.1',
			'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeImages',
		};
		const ask = async (imageTag: string) =>
			await call(world.ecr.url, '', { repositoryName: 'roleferry', imageIds: [{ imageTag }] }, signed);
		expect((await ask('v1.3.0')).body['imageDetails']).toMatchObject([
			{ imageTags: ['v1.3.0', world.github.admin.repository.resolve('v1.3.0')] },
		]);
		expect(await ask('v0')).toMatchObject({ status: 400, body: { __type: 'ImageNotFoundException' } });
		const other = { ...signed, authorization: signed.authorization.replace('/ecr/', '/api.ecr/') };
		expect(await call(world.ecr.url, '', { repositoryName: 'roleferry' }, other)).toMatchObject({
			status: 400,
			body: { __type: 'UnrecognizedClientException' },
		});
	});

	const vendors = [
		'github',
		'slack',
		'datadog',
		'sendgrid',
		'stripe',
		'intercom',
		'ecr',
		'production',
	] as const;
	it.each(vendors)('%s plays 429, 5xx, another schema and a cut connection', async (name) => {
		const { admin, url } = world[name];
		const ask = async () => await fetch(`${url}/api/v1/validate`, { headers: { authorization: '' } });
		for (const [fault, status] of [
			['throttled', 429],
			['server-error', 500],
			['outage', 503],
			['wrong-schema', 200],
		] as const) {
			admin.fault(fault);
			expect([fault, (await ask()).status]).toEqual([fault, status]);
		}
		admin.fault('reset');
		await expect(ask()).rejects.toThrow('fetch failed');
		expect(admin.openFaults()).toBe(0);
	});
});

describe('the proxy', () => {
	/** A Node process of its own, as n8n is one: it knows the proxy from its environment only. */
	const fetchOutside = async (url: string): Promise<{ status: number; body: Body }> => {
		const script = `fetch(${JSON.stringify(url)}).then(async (a) => console.log(JSON.stringify({status: a.status, body: await a.json()})))`;
		const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
			env: { PATH: process.env['PATH'], ...world.proxy.environment() },
		});
		return JSON.parse(stdout) as { status: number; body: Body };
	};

	it('leads real host names to the stand-ins, over TLS', async () => {
		const health = await fetchOutside('https://app.example.com/api/health');
		expect(health).toMatchObject({
			status: 200,
			body: { version: world.production.admin.running().version },
		});
		expect((await fetchOutside('https://api.stripe.com/v1/charges')).status).toBe(401);
	});

	it('lets nothing out: an unknown host is answered 502', async () => {
		const { status, body } = await fetchOutside('https://example.com/anything');
		expect([status, body['message']]).toEqual([502, expect.stringContaining('example.com')]);
		expect(world.proxy.unrouted()).toEqual(['example.com/anything']);
	});
});
