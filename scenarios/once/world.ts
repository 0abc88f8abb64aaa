import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventsLogin, pipelineHeader, plainCredentials } from '../../testbed/credentials';
import type { PlainCredential } from '../../testbed/n8n/command';
import { packageRoot, runRoot } from '../../testbed/n8n/paths';
import { publishWorkflow, saveWorkflow, type WorkflowNode } from '../../testbed/n8n/workflows';
import { type Effects, pointedAt, startEffects } from '../../testbed/standins/effects';
import { readyTemplates } from '../../testbed/templates';
import { buildHouse, type House, ledgerCredential } from '../crash/house';
import { Lookout } from '../crash/lookout';
import type { CrashMode } from '../crash/plan';
import { agent } from './agent';
import { type Model, startModel } from './model';

/** Lease of the claims here, in milliseconds: fifteen minutes in the template. */
export const leaseMs = 6_000;

/** A real n8n with the templates of the set `once`, a system behind them, and the ways to strike it. */
export interface OnceWorld {
	readonly mode: CrashMode;
	/** The first of its ports; in queue mode its Postgres and Redis take the third and the fourth. */
	readonly firstPort: number;
	readonly house: House;
	readonly lookout: Lookout;
	readonly effects: Effects;
	/** What the agent asks. */
	readonly model: Model;
	/** Posts to a webhook; the status, or 0 where no answer came. */
	post(path: string, body: object): Promise<{ readonly status: number; readonly body: string }>;
	close(): Promise<void>;
}

/** Our nodes with a short lease and, in queue mode, the ledger on Postgres. */
function ready(node: WorkflowNode, mode: CrashMode): WorkflowNode {
	if (!node.type.startsWith('n8n-nodes-release-gate.')) return node;
	const lease = node.parameters.operation === 'claimKey' ? { leaseMinutes: leaseMs / 60_000 } : {};
	const { id, name, type } = ledgerCredential;
	return {
		...node,
		parameters: { ...node.parameters, ...lease },
		...(mode === 'queue' ? { credentials: { [type]: { id, name } } } : {}),
	};
}

/** Starts everything on a fresh folder, with the templates imported and published, and `further` credentials. */
export async function startOnceWorld(
	mode: CrashMode,
	firstPort: number,
	further: readonly PlainCredential[] = [],
): Promise<OnceWorld> {
	const folder = join(runRoot, `once-${firstPort}`);
	rmSync(folder, { recursive: true, force: true });
	const effects = await startEffects();
	const model = await startModel();
	const lookout = await Lookout.open();
	let house: House | null = null;
	const closeRest = async (): Promise<void> => {
		lookout.close();
		await effects.close();
		await model.close();
	};
	try {
		const urls = { hubspot: effects.url, postmark: effects.url, generator: model.url, alerts: effects.url };
		house = await buildHouse(mode, {
			folder: join(folder, 'n8n'),
			firstPort,
			packageFolder: packageRoot,
			workers: 4,
			environment: {
				NODE_OPTIONS: `--require ${join(__dirname, '..', 'crash', 'probe.cjs')}`,
				RG_CRASH_LOOKOUT: lookout.url,
			},
			credentials: [...plainCredentials(urls), ...further],
		});
		const { session } = house.main;
		const once = ['stripe-webhook', 'daily-job', 'order-to-erp', 'agent-tool'];
		for (const template of readyTemplates(urls)) {
			if (!once.includes(template.id)) continue;
			const nodes = template.nodes.map((node) => ready(node, mode));
			const workflow = pointedAt({ ...template, nodes }, effects.url);
			await saveWorkflow(session, workflow);
			await publishWorkflow(session, workflow.id);
		}
		await saveWorkflow(session, agent);
		const built = house;
		const basic = Buffer.from(`${eventsLogin.user}:${eventsLogin.password}`).toString('base64');
		return {
			mode,
			firstPort,
			house,
			lookout,
			effects,
			model,
			post: async (path, body) => {
				try {
					const answer = await fetch(`${built.main.url}/webhook/${path}`, {
						method: 'POST',
						headers: {
							'content-type': 'application/json',
							authorization: `Basic ${basic}`,
							[pipelineHeader.name]: pipelineHeader.value,
						},
						body: JSON.stringify(body),
						signal: AbortSignal.timeout(90_000),
					});
					return { status: answer.status, body: await answer.text() };
				} catch {
					return { status: 0, body: '' };
				}
			},
			close: async () => {
				await built.close();
				await closeRest();
			},
		};
	} catch (problem) {
		await house?.close();
		await closeRest();
		throw problem;
	}
}
