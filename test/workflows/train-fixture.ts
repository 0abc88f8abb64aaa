import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { installGlobalProxyAgent } from '@n8n/backend-network';
import type { IExecuteFunctions, INode, INodeExecutionData, INodeType } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { Ledger } from '../../app/ledger/api';
import { setPolicy } from '../../app/release';
import { closeLedgers, ledgerAt } from '../../nodes/kit/ledger';
import { sandboxSiteToken, smokeUser } from '../../testbed/standins/app';
import { sandboxAwsKeys } from '../../testbed/standins/ecr';
import { sandboxDatadogKeys } from '../../testbed/standins/datadog';
import { sandboxGitHubToken } from '../../testbed/standins/github';
import { sandboxIntercomToken } from '../../testbed/standins/intercom';
import { sandboxSendGridKey } from '../../testbed/standins/sendgrid';
import { sandboxSlackToken } from '../../testbed/standins/slack';
import { sandboxStripeKey } from '../../testbed/standins/stripe';
import { startWeeklyVendors, type WeeklyVendors } from '../../scenarios/weekly/vendors';
import { runWorkflow, type RunOptions, type WorkflowJson, type WorkflowRun } from '../../testbed/engine/n8n';
import { passesOn } from './passes-on';
import { readTemplate } from './template';

/** Name of the product in the weekly templates. */
export const PRODUCT = 'roleferry';

/** The weekly policy with its window open, since a test runs on any day. */
export const anyDay = {
	people: { accounts: { li: 'li@example.com', ghost: 'ghost@example.com' } },
	windows: {
		allow: [
			{
				name: 'Friday afternoon',
				start: '2025-10-03T00:00',
				rule: 'FREQ=DAILY',
				duration: 'P1D',
				timeZone: 'America/Los_Angeles',
			},
		],
	},
};

/** The outside world of a release behind its real host names, a ledger, and the ways to run templates. */
export interface TrainFixture {
	readonly vendors: WeeklyVendors;
	readonly ledger: Ledger;
	/** Runs a template; `config` changes fields of the Config nodes, of what it calls too. */
	runTemplate(
		file: string,
		options?: RunOptions & { readonly config?: Readonly<Record<string, unknown>> },
	): Promise<WorkflowRun>;
	/** The run and all runs of what it called in which a node ran, first to last. */
	ran(run: WorkflowRun, node: string): readonly WorkflowRun[];
	close(): Promise<void>;
}

const credentialsOf = (file: string): NonNullable<RunOptions['credentials']> => ({
	releaseGateLedgerApi: { store: 'sqlite', file },
	githubApi: { server: 'https://api.github.com', user: 'release-bot', accessToken: sandboxGitHubToken },
	slackApi: { accessToken: sandboxSlackToken },
	datadogApi: { url: 'https://api.datadoghq.com', ...sandboxDatadogKeys },
	sendGridApi: { apiKey: sandboxSendGridKey },
	stripeApi: { secretKey: sandboxStripeKey },
	intercomApi: { apiKey: sandboxIntercomToken },
	aws: { region: 'us-west-2', ...sandboxAwsKeys },
	httpCustomAuth: { json: JSON.stringify({ body: smokeUser }) },
	httpHeaderAuth: { name: 'Authorization', value: `Bearer ${sandboxSiteToken}` },
});

/** The template's Config node with some fields changed, as an operator changes them. */
function configured(
	workflow: WorkflowJson,
	config: Readonly<Record<string, unknown>>,
): Record<string, Partial<INode>> {
	const node = workflow.nodes.find(({ name }) => name === 'Set Config');
	if (!node) return {};
	const parameters = structuredClone(node.parameters) as {
		assignments: { assignments: { name: string; value: unknown }[] };
	};
	for (const assignment of parameters.assignments.assignments) {
		assignment.value = config[assignment.name] ?? assignment.value;
	}
	return { 'Set Config': { parameters: parameters as never } };
}

/** n8n's Execute Workflow needs its database; this one finds the template that the id names. */
function subWorkflows(
	run: (file: string, items: INodeExecutionData[]) => Promise<INodeExecutionData[]>,
): INodeType {
	return {
		description: {
			displayName: 'Execute Sub-workflow',
			name: 'executeWorkflow',
			group: ['transform'],
			version: [1, 1.1, 1.2],
			description: 'Runs a template',
			defaults: { name: 'Execute' },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			properties: [
				{ displayName: 'Source', name: 'source', type: 'string', default: '' },
				{
					displayName: 'Workflow',
					name: 'workflowId',
					type: 'resourceLocator',
					default: { mode: 'id', value: '' },
				},
			],
		},
		async execute(this: IExecuteFunctions) {
			const id = this.getNodeParameter('workflowId', 0, '', { extractValue: true }) as string;
			const items = await run(`${id}.json`, this.getInputData());
			return [items.map((item) => ({ json: item.json, pairedItem: { item: 0 } }))];
		},
	};
}

const secondsIn: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600 };

/** Passes items on at once, and lets the vendors' clock go on by as much as it was to wait. */
function waits(pass: (ms: number) => void): INodeType {
	const stub = passesOn('wait', 'transform');
	return {
		...stub,
		description: {
			...stub.description,
			properties: [
				{ displayName: 'Amount', name: 'amount', type: 'number', default: 0 },
				{ displayName: 'Unit', name: 'unit', type: 'string', default: 'seconds' },
			],
		},
		async execute(this: IExecuteFunctions) {
			const unit = secondsIn[this.getNodeParameter('unit', 0) as string] ?? NaN;
			pass(Number(this.getNodeParameter('amount', 0)) * unit * 1000);
			return [this.getInputData().map(({ json }, item) => ({ json, pairedItem: { item } }))];
		},
	};
}

/** Datadog is asked for the last minute: what ran before that is another version's. */
const short = { watchMinutes: 1 };

/** Starts everything, with the weekly policy in force for {@link PRODUCT}. */
export async function createTrainFixture(): Promise<TrainFixture> {
	let ahead = 0;
	const vendors = await startWeeklyVendors({ clock: () => Date.now() + ahead });
	const calls = new WeakMap<WorkflowRun, WorkflowRun[]>();
	const before = { ...process.env };
	Object.assign(process.env, vendors.proxy.environment());
	tls.setDefaultCACertificates([...tls.getCACertificates('default'), vendors.proxy.authority.pem]);
	installGlobalProxyAgent();
	const folder = mkdtempSync(join(tmpdir(), 'release-gate-weekly-'));
	const file = join(folder, 'ledger.sqlite');
	const ledger = await ledgerAt({ store: 'sqlite', file });
	await setPolicy({ ledger, now: Date.now }, PRODUCT, 'weekly-software-release', anyDay, 'test');
	const credentials = credentialsOf(file);
	const runTemplate: TrainFixture['runTemplate'] = async (name, { config = {}, ...options } = {}) => {
		const workflow = readTemplate(name) as unknown as WorkflowJson;
		const made: WorkflowRun[] = [];
		const called = subWorkflows(async (sub, items) => {
			// Which release it is, is told by the caller.
			const { release: _release, ...settings } = config;
			const run = await runTemplate(sub, {
				config: settings,
				startNode: 'When Called by a Release',
				triggerItems: items,
			});
			made.push(run);
			if (run.error) throw run.error;
			const last = run.run.data.resultData.lastNodeExecuted ?? '';
			// What n8n hands back: the output of the last run of the node that ran last.
			return run.run.data.resultData.runData[last]?.at(-1)?.data?.['main']?.[0] ?? [];
		});
		const run = await runWorkflow(workflow, {
			credentials,
			nodeTypes: {
				'n8n-nodes-base.executeWorkflow': called,
				'n8n-nodes-base.formTrigger': passesOn('formTrigger', 'trigger'),
				'n8n-nodes-base.wait': waits((ms) => (ahead += ms)),
			},
			...options,
			nodeOverrides: {
				...configured(workflow, { ...short, ...config }),
				...options.nodeOverrides,
			},
		});
		calls.set(run, made);
		return run;
	};
	const ran: TrainFixture['ran'] = (run, node) => [
		...(run.runData[node] === undefined ? [] : [run]),
		...(calls.get(run) ?? []).flatMap((inner) => ran(inner, node)),
	];
	return {
		vendors,
		ledger,
		runTemplate,
		ran,
		close: async () => {
			await closeLedgers();
			for (const name of Object.keys(vendors.proxy.environment())) {
				if (before[name] === undefined) delete process.env[name];
				else process.env[name] = before[name];
			}
			await vendors.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
