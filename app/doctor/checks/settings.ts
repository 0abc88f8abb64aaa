import { missingCredentials } from '../../../core/setup/sets';
import type { InstalledWorkflow } from '../../ports/installation';
import type { Check } from '../finding';
import { configOf, hasOurs, nodesOf, running, spinesServed } from '../reading';

const credentialsOf = (
	workflow: InstalledWorkflow,
): readonly { node: string; type: string; id: string; name: string }[] =>
	nodesOf(workflow).flatMap((node) =>
		Object.entries(node.credentials ?? {}).flatMap(([type, ref]) => {
			const { id, name } = (ref ?? {}) as { id?: unknown; name?: unknown };
			return typeof id === 'string' ? [{ node: node.name, type, id, name: String(name) }] : [];
		}),
	);

/** n8n's clock may be off by so much; more moves slots and leases. */
const MOST_SKEW_MS = 60_000;

/** What is chosen in workflows: credentials, ledger, sender, model, heartbeat; and n8n's clock. */
export const settingsChecks: readonly Check[] = [
	{
		id: 'credential-missing',
		looks: 'nodes have the credentials they need',
		level: 'trouble',
		mend: 'Choose a credential on the node, and publish.',
		find: (facts) =>
			running(facts)
				.filter(hasOurs)
				.flatMap((workflow) =>
					missingCredentials({ ...workflow, nodes: nodesOf(workflow), connections: {} }, facts.slots).map(
						(node) => ({
							where: workflow.name,
							sentence: `"${workflow.name}" has no credential on ${node}.`,
						}),
					),
				),
	},
	{
		id: 'credential-gone',
		looks: 'credentials that nodes name are there',
		level: 'trouble',
		mend: 'Make the credential again and choose it on the node.',
		sight: 'credentials',
		find: (facts) => {
			if (facts.credentials === null) return [];
			const there = new Set(facts.credentials.map(({ id }) => id));
			return running(facts)
				.filter(hasOurs)
				.flatMap((workflow) =>
					credentialsOf(workflow)
						.filter(({ id }) => !there.has(id))
						.map(({ node, name }) => ({
							where: workflow.name,
							sentence: `The credential ${name} on "${node}" of "${workflow.name}" was deleted.`,
						})),
				);
		},
	},
	{
		id: 'credential-refused',
		looks: 'services take the credentials (one harmless call each)',
		level: 'trouble',
		mend: 'Put a valid key into the credential.',
		sight: 'tests',
		find: ({ tests, credentials }) =>
			[...tests]
				.filter(([, { ok }]) => !ok)
				.map(([id, { message }]) => {
					const name = credentials?.find((one) => one.id === id)?.name ?? id;
					return {
						where: name,
						sentence: `The service behind the credential ${name} refuses it: ${message}.`,
					};
				}),
	},
	{
		id: 'two-ledgers',
		looks: 'all nodes of a spine have one ledger',
		level: 'trouble',
		mend: 'Choose the same Release Gate Ledger credential on every node of this package, or on none.',
		find: (facts) =>
			running(facts).flatMap((workflow) => {
				const ours = nodesOf(workflow).filter(
					({ type }) => type.startsWith('n8n-nodes-release-gate.') && !type.endsWith('.workflowAudit'),
				);
				const ledgers = new Set(
					ours.map(({ credentials }) => {
						const { id } = (credentials?.releaseGateLedgerApi ?? {}) as { id?: unknown };
						return typeof id === 'string' ? id : 'none';
					}),
				);
				return ledgers.size > 1
					? [
							{
								where: workflow.name,
								sentence: `Nodes of "${workflow.name}" use ${ledgers.size} different ledgers.`,
							},
						]
					: [];
			}),
	},
	{
		id: 'sender-placeholder',
		looks: 'the sender is not the one of the template',
		level: 'trouble',
		mend: 'Set fromAddress in Set Config to an address that your provider lets you send from, and release it.',
		find: (facts) =>
			running(facts)
				.filter(
					(workflow) =>
						spinesServed(workflow).length > 0 &&
						configOf(workflow).get('fromAddress') === 'Content <content@example.com>',
				)
				.map(({ name }) => ({
					where: name,
					sentence: `"${name}" sends as content@example.com, the sender of the template.`,
				})),
	},
	{
		id: 'clock-off',
		looks: "n8n's clock",
		level: 'trouble',
		mend: 'Let the machine keep time by NTP; then run Release: Mend Clock.',
		sight: 'clock',
		find: ({ clockSkewMs }) =>
			clockSkewMs !== null && Math.abs(clockSkewMs) > MOST_SKEW_MS
				? [
						{
							where: 'n8n',
							sentence: `The clock of n8n is ${Math.round(Math.abs(clockSkewMs) / 1000)} s ${clockSkewMs > 0 ? 'ahead' : 'behind'}.`,
						},
					]
				: [],
	},
	{
		id: 'heartbeat-missing',
		looks: 'somebody outside hears when the monitor falls silent',
		level: 'advice',
		mend: 'Set heartbeatUrl in its Set Config to a service that alarms when nobody calls.',
		find: (facts) =>
			running(facts)
				.filter((workflow) => configOf(workflow).get('heartbeatUrl') === '')
				.map(({ name }) => ({
					where: name,
					sentence: `Nobody outside hears when "${name}" falls silent: it has no heartbeat.`,
				})),
	},
	{
		id: 'model-retires',
		looks: 'models that are asked stay for 60 days',
		level: 'trouble',
		mend: 'Choose a newer model in Set Config, and release it.',
		sight: 'models',
		find: (facts) =>
			running(facts).flatMap((workflow) => {
				const model = configOf(workflow).get('model');
				const ends = typeof model === 'string' ? facts.retires?.get(model) : undefined;
				if (ends === undefined || ends - facts.now > 60 * 86_400_000) return [];
				const days = Math.floor((ends - facts.now) / 86_400_000);
				return [
					{
						where: workflow.name,
						sentence: `The model ${String(model)} of "${workflow.name}" ${days < 0 ? 'is retired' : `retires in ${days} days`}.`,
					},
				];
			}),
	},
];
