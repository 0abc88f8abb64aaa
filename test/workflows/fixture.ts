import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';
import { parseSpineSettings } from '../../core/delivery/spine';
import type { Ledger } from '../../app/ledger/api';
import type { SpineSettings } from '../../core/delivery/spine-settings';
import { closeLedgers, ledgerAt } from '../../nodes/kit/ledger';
import {
	contentDeliveryMapping,
	sandboxGeneratorKey,
	sandboxServerToken,
	sandboxToken,
	startStandIns,
	type StandIns,
} from '../../testbed/standins';
import {
	type Engine,
	type RunOptions,
	runWorkflow,
	type WorkflowJson,
	type WorkflowRun,
} from '../../testbed/engine/n8n';
import type { StandIn } from '../../testbed/standins/shared/server';
import { sandboxSlackToken, type SlackAdmin, slackChannels, startSlack } from '../../testbed/standins/slack';
import { readTemplate } from './template';

/** Name of the spine in the templates. */
export const SPINE = 'content-delivery';

/** The outside world, a ledger of its own, and the ways to run templates against them. */
export interface SpineFixture {
	readonly standIns: StandIns;
	/** The team's channel. */
	readonly slack: SlackAdmin;
	readonly ledger: Ledger;
	readonly credentials: NonNullable<RunOptions['credentials']>;
	configure(settings?: Partial<SpineSettings>): Promise<void>;
	/** Runs a workflow with the world's credentials. */
	run(workflow: WorkflowJson, options?: RunOptions): Promise<WorkflowRun>;
	/** Runs a template with its addresses set to the stand-ins, as an operator sets them in the Config node. */
	runTemplate(file: string, options?: TemplateRun): Promise<WorkflowRun>;
	close(): Promise<void>;
}

/** How a template is run: `config` holds further values an operator sets in the Config node. */
export type TemplateRun = RunOptions & {
	readonly engine?: Engine;
	readonly config?: Readonly<Record<string, unknown>>;
};

/** Local time in UTC without offset, as a cadence's anchor wants it. */
const localUtc = (at: number): string => new Date(at).toISOString().slice(0, 16);

/** Settings of the templates' spine, live, with a slot that opened an hour ago. */
export const spineSettings = (more: Partial<SpineSettings> = {}): SpineSettings =>
	parseSpineSettings({
		spine: SPINE,
		cadence: { every: 'P2D', anchor: localUtc(Date.now() - 3_600_000), timeZone: 'UTC' },
		mode: 'live',
		inDoubtQuietMs: 0,
		properties: contentDeliveryMapping,
		provider: 'postmark',
		...more,
	});

const addresses = (standIns: StandIns, slack: StandIn<SlackAdmin>): Readonly<Record<string, string>> => ({
	generationUrl: `${standIns.generator.url}/v1/chat/completions`,
	sendUrl: `${standIns.postmark.url}/email`,
	searchUrl: `${standIns.postmark.url}/messages/outbound`,
	alertUrl: `${slack.url}/api/chat.postMessage`,
	channel: slackChannels.general,
});

/** Faster than anybody's account, so that tests about something else do not wait. */
const rates = { textsPerMinute: 24_000, emailsPerMinute: 24_000 };

/** The template's Config node with the stand-ins' addresses. */
function configured(
	workflow: WorkflowJson,
	values: Readonly<Record<string, unknown>>,
): Record<string, Partial<INode>> {
	const config = workflow.nodes.find(({ name }) => name === 'Set Config');
	if (!config) return {};
	const parameters = structuredClone(config.parameters) as {
		assignments: { assignments: { name: string; value: unknown }[] };
	};
	for (const assignment of parameters.assignments.assignments) {
		assignment.value = values[assignment.name] ?? assignment.value;
	}
	return { 'Set Config': { parameters: parameters as never } };
}

/** Starts the stand-ins with this many contacts and an empty ledger. */
export async function createSpineFixture(contacts: number): Promise<SpineFixture> {
	const standIns = await startStandIns({ contacts, indexLagMs: 0 });
	const slack = await startSlack();
	const folder = mkdtempSync(join(tmpdir(), 'release-gate-'));
	const file = join(folder, 'ledger.sqlite');
	const ledger = await ledgerAt({ store: 'sqlite', file });
	const credentials = {
		releaseGateLedgerApi: { store: 'sqlite', file },
		releaseGateHubSpotApi: { accessToken: sandboxToken, baseUrl: standIns.hubspot.url },
		openAiApi: { apiKey: sandboxGeneratorKey, organizationId: '', url: `${standIns.generator.url}/v1` },
		postmarkApi: { serverToken: sandboxServerToken },
		slackApi: { accessToken: sandboxSlackToken },
		httpBasicAuth: { user: 'postmark', password: 'stand-in' },
	};
	const run: SpineFixture['run'] = async (workflow, options = {}) =>
		await runWorkflow(workflow, { credentials, ...options });
	return {
		standIns,
		slack: slack.admin,
		ledger,
		credentials,
		run,
		configure: async (settings) => {
			await ledger.spines.configure(spineSettings(settings), 'test');
		},
		runTemplate: async (name, options = {}) => {
			const workflow = readTemplate(name) as unknown as WorkflowJson;
			const values = { ...addresses(standIns, slack), ...rates, ...options.config };
			const nodeOverrides = { ...configured(workflow, values), ...options.nodeOverrides };
			return await run(workflow, { ...options, nodeOverrides });
		},
		close: async () => {
			await closeLedgers();
			await Promise.all([standIns.close(), slack.close()]);
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
