import { workflowIdentity, parseAuditPolicy, parseWorkflow } from '../../../core/audit';
import { personOf } from '../../support/release';
import { checksFor } from '../../../core/release/checks';
import { definitionsHash } from '../../../core/release/diff/definitions';
import { settingsHash } from '../../../core/release/diff/settings';
import { flagsHash, flagsReport } from '../../../core/rollout/report';
import { monitorReport } from '../../../core/release/machines/monitor';
import { schemaReport } from '../../../core/release/machines/schema-diff';
import { settingsReport } from '../../../core/release/machines/settings-diff';
import { workflowReport } from '../../../core/release/machines/workflow';
import {
	evaluateStored,
	policyOf,
	recordAnswer,
	recordReport,
	reportingMachines,
	type ServicePorts,
} from '../../../app/release';
import { dryRunReport } from '../../../core/stability/dry-run';
import type { SpineSettings } from '../../../core/delivery/spine-settings';
import { nodeOf, readTemplate } from '../../workflows/template';

const spine = readTemplate('content-delivery-spine.json');
const declared = spine.nodes
	.filter(({ type }) => type === 'n8n-nodes-base.httpRequest')
	.map(({ name }) => ({
		name,
		role: name.startsWith('Send') ? 'sender' : 'generator',
		failsPerItem: true,
		items: 'same',
		reason: 'The address comes from Set Config.',
	}));
const policy = parseAuditPolicy({ nodes: declared }, 'the spine');
const released = parseWorkflow(
	{ ...spine, settings: { ...spine.settings, errorWorkflow: 'delivery-errors' } },
	'the spine',
);
const production = parseWorkflow(
	JSON.parse(JSON.stringify(spine).replace(/Write an email/g, 'Write the email')),
	'production',
);
const monitor = parseWorkflow(
	{
		name: 'Stability monitor',
		active: true,
		nodes: [
			{ name: 'Check Every Hour', type: 'n8n-nodes-base.scheduleTrigger' },
			{ name: 'Assess Release', type: 'n8n-nodes-release-gate.stabilizationCheck' },
		],
		connections: {},
	},
	'the monitor',
);
const restores = readTemplate('rollback.json');
/** The rollback as somebody put it in service: with its credential for n8n. */
const rollback = parseWorkflow(
	{
		...restores,
		active: true,
		nodes: restores.nodes.map((node) => ({
			...node,
			credentials: { releaseGateN8nApi: { id: '1', name: 'n8n' } },
		})),
	},
	'the rollback',
);
const definitions = [{ name: 'cc_delivery_status', type: 'enumeration', fieldType: 'select', options: [] }];

/** Hashes of what the release ships, as its author would put them into the form. */
export const artifactsOf = (settings: SpineSettings): Record<string, string> => ({
	workflow: workflowIdentity(released, { policy }),
	schema: definitionsHash(definitions),
	policy: settingsHash(settings),
	flags: flagsHash([]),
});

const inRhythm = { id: 'in-rhythm', effect: 'fine', sentence: 'In rhythm.' } as const;

/** Lets every machine look, machines that report say yes, and people answer the rest; except the checks left out. */
export async function answerAll(
	ports: ServicePorts,
	id: string,
	settings: SpineSettings,
	leaveOut: readonly string[],
): Promise<void> {
	const by = 'pipeline';
	const now = ports.now();
	nodeOf(spine, 'Send Email');
	await recordReport(ports, id, () => workflowReport({ before: production, after: released, policy }), by);
	await recordReport(
		ports,
		id,
		() => schemaReport({ before: definitions, after: definitions, current: definitions, defaults: {} }),
		by,
	);
	await recordReport(ports, id, () => settingsReport(settings, settings, now), by);
	await recordReport(ports, id, ({ body }) => flagsReport(body.manifest, []), by);
	await recordReport(ports, id, () => monitorReport(released, [monitor, rollback]), by);
	const rehearsed = { status: 'pass', sentence: 'The rehearsal holds.', findings: [inRhythm] } as const;
	await recordReport(ports, id, () => dryRunReport(rehearsed, workflowIdentity(released, { policy })), by);
	const { decision, release } = await evaluateStored(ports, id, {}, by);
	const { manifest } = release.body;
	const { riskClass, surfaces } = decision.classification;
	const inForce = await policyOf(ports, manifest.subject);
	const open = new Set(decision.checks.filter(({ status }) => status === 'unknown').map((check) => check.id));
	for (const check of checksFor(inForce.policy, 'before', { riskClass, kind: manifest.kind, surfaces })) {
		if (!open.has(check.id) || leaveOut.includes(check.id)) continue;
		const machine = reportingMachines.find((name) => check.answeredBy.machines.includes(name));
		const [role] = check.answeredBy.roles;
		if (machine === undefined && role === undefined) continue;
		await recordAnswer(
			ports,
			id,
			{
				check: check.id,
				status: 'pass',
				by: machine === undefined ? personOf('Pat Person', role ?? '') : { machine },
				grounds: machine === undefined ? 'Read the change beside the page.' : 'The run passed.',
			},
			by,
		);
	}
}
