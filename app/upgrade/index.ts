import { handsOut } from '../../core/audit/own-nodes';
import { auditWorkflow, parseWorkflow } from '../../core/audit';
import { alike } from '../../core/setup/alike';
import { mergeTemplate, type Conflict } from '../../core/setup/merge';
import type { CredentialSlots, SetupWorkflow, Template } from '../../core/setup/types';
import { wired } from '../../core/setup/wire';
import type { Installation } from '../ports/installation';
import type { Installed, SetupStore } from '../setup/ports';
import { wiringOf } from '../setup/wiring';

/** What an upgrade works with. */
export interface UpgradePorts {
	readonly n8n: Installation;
	readonly store: SetupStore;
}

/** What becomes of one workflow. */
export interface Step {
	readonly template: string;
	readonly name: string;
	readonly id: string;
	/**
	 * `same`: it is up to date. `merge`: the draft is written. `unsafe`: the merged one would break a proof that yours keeps, so it
	 * is left. `lacks`: it calls templates that are not there yet, so it is left until a set-up brought them. `unknown`: nobody
	 * kept what shipped then. `gone`: it is not in n8n.
	 */
	readonly state: 'same' | 'merge' | 'unsafe' | 'lacks' | 'unknown' | 'gone';
	/** Names of the templates that it lacks. */
	readonly lacks: readonly string[];
	readonly conflicts: readonly Conflict[];
	/** Whether it carries a spine: then a release publishes it, not the upgrade. */
	readonly spine: boolean;
	/** Whether it is published with the upgrade: it was in service as it stood, carries no spine, and nothing is open. */
	readonly publish: boolean;
	readonly merged: SetupWorkflow | null;
	readonly shipped: SetupWorkflow | null;
}

const carriesSpine = ({ nodes }: SetupWorkflow): boolean => nodes.some(handsOut);

/** Whether the merged workflow breaks a proof of the audit that yours keeps. */
function breaks(yours: SetupWorkflow, merged: SetupWorkflow): boolean {
	const verdict = (workflow: SetupWorkflow) =>
		auditWorkflow(parseWorkflow({ ...workflow }, workflow.name)).verdict;
	return verdict(merged) === 'violated' && verdict(yours) !== 'violated';
}

const CALL = 'n8n-nodes-base.executeWorkflow';

/** Names of the templates that one calls and that are not installed. */
function lackedBy(
	{ workflow }: Template,
	{ workflows }: Installed,
	templates: readonly Template[],
): readonly string[] {
	const called = workflow.nodes
		.filter(({ type }) => type === CALL)
		.map(({ parameters }) => (parameters.workflowId as { value?: unknown } | undefined)?.value);
	return templates
		.filter(({ id }) => called.includes(id) && workflows[id] === undefined)
		.map((one) => one.workflow.name);
}

async function stepFor(
	{ n8n, store }: UpgradePorts,
	installed: Installed,
	template: Template,
	slots: CredentialSlots,
	lacks: readonly string[],
): Promise<Step | null> {
	const place = installed.workflows[template.id];
	const wiring = wiringOf(installed, slots);
	if (place === undefined || wiring === null) return null;
	const about = {
		template: template.id,
		name: template.workflow.name,
		id: place.id,
		conflicts: [],
		lacks: [],
		merged: null,
		shipped: null,
	};
	const [yours, state, then] = [
		await n8n.draft(place.id),
		await n8n.workflow(place.id),
		await store.kept(template.id),
	];
	if (yours === null || state === null) return { ...about, state: 'gone', spine: false, publish: false };
	const spine = carriesSpine(yours);
	if (then === null) return { ...about, state: 'unknown', spine, publish: false };
	const shipped = wired(template, wiring);
	if (alike(shipped, then)) return { ...about, state: 'same', spine, publish: false };
	if (lacks.length > 0) return { ...about, state: 'lacks', lacks, spine, publish: false };
	const { versionId, ...mine } = yours;
	const { workflow: merged, conflicts } = mergeTemplate(then, shipped, mine);
	const unsafe = breaks(mine, merged);
	const inService = state.published !== null && state.published.versionId === versionId;
	return {
		...about,
		state: unsafe ? 'unsafe' : 'merge',
		conflicts,
		spine,
		publish: !unsafe && !spine && inService && conflicts.length === 0,
		merged,
		shipped,
	};
}

/**
 * Says what the templates of this version would change in an installation, and what cannot be merged. Changes nothing. Workflows that
 * the set-up did not make are left out. Throws what n8n refuses.
 */
export async function planUpgrade(
	ports: UpgradePorts,
	installed: Installed,
	templates: readonly Template[],
	slots: CredentialSlots,
): Promise<readonly Step[]> {
	const steps: Step[] = [];
	for (const template of templates) {
		const lacks = lackedBy(template, installed, templates);
		const step = await stepFor(ports, installed, template, slots, lacks);
		if (step !== null) steps.push(step);
	}
	return steps;
}

/**
 * Writes the merged drafts. What carries a spine is not published: its change goes through the gate like any other. The rest is
 * published where it was in service as it stood and nothing is open. Each is written down before the next.
 */
export async function applyUpgrade(
	{ n8n, store }: UpgradePorts,
	installed: Installed,
	steps: readonly Step[],
	version: string,
): Promise<void> {
	let known: Installed = { ...installed, version };
	for (const { template, id, state, merged, shipped, publish } of steps) {
		if (state !== 'merge' || merged === null || shipped === null) continue;
		const versionId = await n8n.save(id, merged);
		await store.keep(template, shipped);
		// With something of yours in it a later set-up leaves it alone.
		const pure = alike(merged, shipped);
		known = {
			...known,
			workflows: { ...known.workflows, [template]: { id, versionId: pure ? versionId : 'yours' } },
		};
		await store.save(known);
		if (publish) await n8n.publish(id);
	}
	await store.save(known);
}
