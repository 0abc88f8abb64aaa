import { parseWorkflow, type WorkflowJson } from '../../../core/audit';
import type { WorkflowSave } from '../../../core/audit/workflow-state';
import { settingsConfigured } from '../../../core/delivery/configured';
import type { SpineSettings } from '../../../core/delivery/spine-settings';
import { prepareRelease, type PreparePorts, type PrepareRequest } from '../../../app/prepare';
import type { Said } from '../../../core/release/prepare/manifest';
import type { HubSpotAccount } from '../../../testbed/standins/hubspot/account';
import { serviceFixture, SUBJECT, type ServiceFixture } from '../../support/release-service';
import { readTemplate } from '../../workflows/template';
import { accountDirectory, freshAccount, MemoryHost, portsOf } from '../snapshot/fixture';

const template = readTemplate('content-delivery-spine.json');

export interface Parameters {
	[name: string]: unknown;
}

/** A workflow as the editor saves it, which a test may change. */
export interface Edited {
	nodes: { name: string; type: string; disabled?: boolean; parameters: Parameters }[];
	connections: Record<string, unknown>;
}

/** The shipped spine as the editor saves it, changed. */
export function edited(change: (workflow: Edited) => void = () => undefined): WorkflowSave {
	const { name, nodes, connections, settings } = structuredClone(template) as unknown as Edited & {
		name: string;
		settings: Parameters;
	};
	const workflow = { nodes, connections };
	change(workflow);
	return {
		name,
		...workflow,
		settings: { ...settings, errorWorkflow: 'errors' },
	} as unknown as WorkflowSave;
}

/** The parameters of a node, to be changed. */
export function nodeIn({ nodes }: Edited, name: string): Parameters {
	const found = nodes.find((node) => node.name === name);
	if (!found) throw new Error(`There is no node ${name}.`);
	return found.parameters;
}

/** The node that configures the spine, changed. */
export const configure =
	(more: Parameters) =>
	(workflow: Edited): void =>
		void Object.assign(nodeIn(workflow, 'Configure Spine'), more);

const named = (id: string, nodes: readonly object[]): WorkflowJson =>
	parseWorkflow({ id, name: id, active: true, nodes, connections: {} }, id);
const { nodes: rollbackNodes, ...rollbackRest } = readTemplate('rollback.json');

/** What else the instance runs: somebody watches, and a rollback can be called. */
const others: readonly WorkflowJson[] = [
	named('monitor', [
		{ name: 'Check Every Hour', type: 'n8n-nodes-base.scheduleTrigger' },
		{ name: 'Assess Release', type: 'n8n-nodes-release-gate.stabilizationCheck' },
	]),
	parseWorkflow(
		{
			...rollbackRest,
			id: 'rollback',
			active: true,
			nodes: rollbackNodes.map((node) => ({
				...node,
				credentials: { releaseGateN8nApi: { id: '1', name: 'n8n' } },
			})),
		},
		'rollback',
	),
];

export const said: Said = {
	title: 'A change',
	why: 'It was asked for',
	requestedBy: 'rita@example.com',
	kind: 'regular',
	purpose: '',
	follows: '',
	failureMode: 'It reads stiffly.',
	documents: [],
	othersStayBecause: 'None of them speaks of it.',
};

/** A spine in service as *Configure Spine* of its published workflow says, with an account and an n8n. */
export interface PrepareFixture extends ServiceFixture {
	readonly host: MemoryHost;
	readonly account: HubSpotAccount;
	readonly preparing: PreparePorts;
	/** The spine's settings as stored. */
	settings(): Promise<SpineSettings>;
	save(change: (workflow: Edited) => void): Promise<string>;
	prepare(more?: Partial<Said>, request?: Partial<PrepareRequest>): ReturnType<typeof prepareRelease>;
}

export async function prepareFixture(
	published: (workflow: Edited) => void = () => undefined,
): Promise<PrepareFixture> {
	const fixture = await serviceFixture();
	const host = new MemoryHost();
	const account = freshAccount(fixture.clock);
	host.seed('spine', edited(published));
	const { parameters } = (edited(published) as unknown as Edited).nodes.find(
		({ name }) => name === 'Configure Spine',
	) ?? { parameters: {} };
	await fixture.ledger.spines.configure(settingsConfigured({ ...parameters, spine: SUBJECT }), 'test');
	const preparing: PreparePorts = {
		...portsOf(fixture.ledger, accountDirectory(account), host, fixture.clock),
		directory: {
			published: async () => [
				...host.ids().flatMap((id) => {
					const { name, settings, published: runs } = host.now(id);
					return runs ? [parseWorkflow({ id, name, settings, active: true, ...runs }, `workflow ${id}`)] : [];
				}),
				...others,
			],
		},
	};
	return {
		...fixture,
		host,
		account,
		preparing,
		settings: async () => {
			const found = await fixture.ledger.spines.get(SUBJECT);
			if (!found) throw new Error('There is no spine.');
			return found.settings;
		},
		save: async (change) => await host.save('spine', edited(change)),
		prepare: (more = {}, request = {}) =>
			prepareRelease(preparing, {
				spine: SUBJECT,
				said: { ...said, ...more },
				owner: 'account 1',
				...request,
			}),
	};
}
