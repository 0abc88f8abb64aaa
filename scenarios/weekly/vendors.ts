import { startProxy, type InterceptingProxy } from '../../testbed/proxy';
import { startApp, versionOf, type AppAdmin, type Version } from '../../testbed/standins/app';
import { startDatadog, type DatadogAdmin } from '../../testbed/standins/datadog';
import { startEcr, type EcrAdmin } from '../../testbed/standins/ecr';
import { startGitHub, type GitHubAdmin } from '../../testbed/standins/github';
import { startIntercom, type IntercomAdmin } from '../../testbed/standins/intercom';
import { startSendGrid, type SendGridAdmin } from '../../testbed/standins/sendgrid';
import { startSlack, type SlackAdmin } from '../../testbed/standins/slack';
import { startStripe, type StripeAdmin } from '../../testbed/standins/stripe';
import type { Running } from '../../testbed/standins';

/** Real host names, and which stand-in answers there. */
const hosts = {
	'api.github.com': 'github',
	'slack.com': 'slack',
	'api.datadoghq.com': 'datadog',
	'api.sendgrid.com': 'sendgrid',
	'api.stripe.com': 'stripe',
	'api.intercom.io': 'intercom',
	'api.ecr.us-west-2.amazonaws.com': 'ecr',
	'www.githubstatus.com': 'staging',
	'status.sendgrid.com': 'staging',
	'www.stripestatus.com': 'staging',
	'staging.example.com': 'staging',
	'app.example.com': 'production',
	'changelog.example.com': 'production',
	'blog.example.com': 'production',
} as const;

/** Names of the queries the templates ask Datadog, as the stand-in tells them apart. */
const readingOf = (
	query: string,
	{ errorRate, p95, queueDepth, traffic }: Version,
	column: RegExpExecArray | null,
	reads: Version['reads'],
): number | null => {
	if (query.includes('celery')) return queueDepth;
	if (query.includes('p95')) return p95 / 1000;
	if (query.includes('errors')) return errorRate;
	if (query.includes('hits')) return traffic;
	return column ? (reads[column[1] ?? ''] ?? 0) : null;
};

/** The outside world of a weekly release. */
export interface WeeklyVendors {
	readonly github: Running<GitHubAdmin>;
	readonly slack: Running<SlackAdmin>;
	readonly datadog: Running<DatadogAdmin>;
	readonly sendgrid: Running<SendGridAdmin>;
	readonly stripe: Running<StripeAdmin>;
	readonly intercom: Running<IntercomAdmin>;
	readonly ecr: Running<EcrAdmin>;
	readonly staging: Running<AppAdmin>;
	readonly production: Running<AppAdmin>;
	readonly proxy: InterceptingProxy;
	/** Versions that exist, by tag: what a deployment of the tag brings. Unknown ones are healthy. */
	readonly versions: Map<string, Version>;
	close(): Promise<void>;
}

/**
 * Starts them all behind one proxy and ties them together as in life: a tag on GitHub is built into ECR, a dispatch of
 * the deploy workflow rolls its version out, Datadog reads what runs, and the application mails and subscribes.
 *
 * @param firstPort the proxy's port, the stand-ins' follow; free ones if absent
 */
export async function startWeeklyVendors(
	options: { readonly firstPort?: number; readonly clock?: () => number } = {},
): Promise<WeeklyVendors> {
	const { clock, firstPort = 0 } = options;
	const at = (offset: number) => ({ clock, port: firstPort === 0 ? 0 : firstPort + offset });
	const [github, slack, datadog, sendgrid, stripe, intercom, ecr] = await Promise.all([
		startGitHub(at(1)),
		startSlack(at(2)),
		startDatadog(at(3)),
		startSendGrid(at(4)),
		startStripe(at(5)),
		startIntercom(at(6)),
		startEcr(at(7)),
	]);
	const effects = { email: sendgrid.admin.accept, subscribe: stripe.admin.subscribe };
	const version = versionOf('v1.3.0', { commit: github.admin.repository.branch('main') });
	const staging = await startApp(effects, { ...at(8), version });
	const production = await startApp(effects, { ...at(9), version });
	const versions = new Map<string, Version>();
	const vendors = { github, slack, datadog, sendgrid, stripe, intercom, ecr, staging, production };
	tie(vendors, versions);
	const routes = Object.fromEntries(
		Object.entries(hosts).map(([host, vendor]) => [host, vendors[vendor].url]),
	);
	const proxy = await startProxy(routes, firstPort);
	return {
		...vendors,
		proxy,
		versions,
		close: async () => {
			await proxy.close();
			await Promise.all(Object.values(vendors).map((vendor) => vendor.close()));
		},
	};
}

function tie(
	{
		github,
		datadog,
		ecr,
		staging,
		production,
	}: {
		readonly github: Running<GitHubAdmin>;
		readonly datadog: Running<DatadogAdmin>;
		readonly ecr: Running<EcrAdmin>;
		readonly staging: Running<AppAdmin>;
		readonly production: Running<AppAdmin>;
	},
	versions: ReadonlyMap<string, Version>,
): void {
	const { repository } = github.admin;
	const first = production.admin.running().version;
	const commit = repository.branch('main') ?? repository.commit();
	repository.refs.set(`refs/tags/${first}`, commit);
	ecr.admin.push(first, commit);
	github.admin.onDispatch((run, finish) => {
		const tag = run.inputs['version'] ?? run.ref;
		if (run.workflow === 'build.yml') ecr.admin.push(tag, run.sha);
		else if (!ecr.admin.tagsWith(tag).includes(run.sha)) return finish('failure');
		else {
			const environment = run.inputs['environment'] === 'staging' ? staging : production;
			environment.admin.deploy({ ...(versions.get(tag) ?? versionOf(tag)), commit: run.sha });
		}
		finish('success');
	});
	datadog.admin.read((query) => {
		const running = production.admin.running();
		return readingOf(query, running, /column:([a-z_.]+)/.exec(query), running.reads);
	});
}
