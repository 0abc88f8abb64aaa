import type { Json } from '../delivery/types';
import { isTrigger } from './classify';
import { literal } from './expressions';
import { CATALOGUE_SOURCE } from './facts/operation';
import type { Role } from './catalogue/types';
import type { Step } from './graph/step';
import { OWN_PREFIX } from './own-nodes';
import { pausesBySettings } from './proofs/time';
import { recipientsOf } from './read/recipient';
import { acts, isKey, isOpen, maySend, stageOf } from './state';
import type { Cover, FoundSend, Verdict, Violation, WorkflowJson } from './types';
import type { Walk } from './walk';

const ACTS: ReadonlySet<Role> = new Set([
	'sender',
	'unknown',
	'state-writer',
	'writer',
	'notifier',
	'sub-workflow',
]);
const QUIET: ReadonlySet<Role> = new Set([
	'harmless',
	'reader',
	'generator',
	'notifier',
	'writer',
	'state-writer',
]);

/** Everything an answer about this workflow rests on. */
export function coverOf(walk: Walk, workflow: WorkflowJson): Cover {
	const nodes = workflow.nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote');
	const reached = new Set(walk.reached.filter(({ home }) => home === workflow).map(({ node }) => node.name));
	const hanging = new Set(nodes.filter(({ name }) => hangsOnly(workflow, name)).map(({ name }) => name));
	const unreached = nodes.map(({ name }) => name).filter((name) => !reached.has(name) && !hanging.has(name));
	const sends = sendsOf(walk);
	return {
		sends,
		nodes: nodes.length,
		reached: nodes.length - unreached.length,
		unreached,
		gaps: gapsOf(walk, workflow, new Set(unreached)),
		harmless: takenForHarmless(walk),
		assumptions: assumptionsOf(walk, sends),
		callees: [...walk.graph.callees].sort(),
		catalogue: CATALOGUE_SOURCE,
	};
}

/** Whether a node only hangs on others: it is looked at with the node that holds it. */
function hangsOnly({ connections }: WorkflowJson, name: string): boolean {
	const types = Object.entries(connections[name] ?? {}).filter(([, outputs]) => outputs.flat().length > 0);
	return types.length > 0 && types.every(([type]) => type !== 'main');
}

function gapsOf(walk: Walk, workflow: WorkflowJson, unreached: ReadonlySet<string>): string[] {
	const gaps: string[] = [];
	for (const node of workflow.nodes) {
		if (node.disabled && isTrigger(node))
			gaps.push(`The trigger '${node.name}' is disabled: what it would start was not looked at.`);
	}
	for (const { node, facts, home } of walk.graph.steps) {
		if (home !== workflow || !unreached.has(node.name) || node.disabled || !ACTS.has(facts.role)) continue;
		gaps.push(`No trigger leads to '${node.name}', which could act: ${facts.because}.`);
	}
	return [...new Set(gaps)];
}

function sendsOf(walk: Walk): FoundSend[] {
	const found = new Map<string, FoundSend>();
	for (const vertex of walk.vertices) {
		const step = walk.step(vertex);
		const came = walk.state(vertex);
		if ((step.facts.role !== 'sender' && !acts(step, came)) || step.node.disabled || step.side === 'leave')
			continue;
		const guarded = maySend(came);
		const known = found.get(step.label);
		if (known) {
			if (!guarded && known.guarded) found.set(step.label, { ...known, guarded: false });
			continue;
		}
		const recipients = recipientsOf(step.node, step.home, step.facts.recipient).map(({ shown }) => shown);
		found.set(step.label, {
			node: step.label,
			path: walk.path(vertex),
			recipients,
			because: step.facts.because,
			guarded,
			...(isKey(came) ? { once: claimOn(walk, vertex) } : {}),
		});
	}
	return [...found.values()];
}

/** The key claim that lets an item through to a vertex, in words: its node, its key and its scope. */
function claimOn(walk: Walk, vertex: number): string {
	const labels = new Set(walk.path(vertex));
	const claims = walk.graph.steps.filter(
		({ facts, label }) => facts.role === 'key-claim' && labels.has(label),
	);
	const { label = '', node } = claims.at(-1) ?? {};
	const scope = literal(node?.parameters.scope ?? '') ?? '';
	return `'${label}', key ${keyShown(node?.parameters.key)}, ${scope === '' ? 'in this workflow' : `in the scope ${scope}`}`;
}

const keyShown = (key: Json | undefined): string => (typeof key === 'string' ? key : 'id');

function takenForHarmless(walk: Walk): Cover['harmless'] {
	const acting = new Set<Step>();
	for (const vertex of walk.vertices)
		if (isKey(walk.state(vertex)) && acts(walk.step(vertex), walk.state(vertex)))
			acting.add(walk.step(vertex));
	const groups = new Map<string, Set<string>>();
	for (const step of walk.reached) {
		const { node, facts, label } = step;
		if (node.disabled || node.type.startsWith(OWN_PREFIX) || !QUIET.has(facts.role)) continue;
		if (acting.has(step) || isTrigger(node)) continue;
		const because = `${facts.role}, ${facts.because}`;
		const names = groups.get(because);
		if (names) names.add(label);
		else groups.set(because, new Set([label]));
	}
	return [...groups].map(([because, nodes]) => ({ because, nodes: [...nodes] }));
}

/** What nobody can see in a workflow, said of the nodes it concerns. */
function assumptionsOf(walk: Walk, sends: readonly FoundSend[]): string[] {
	const declared = walk.graph.steps.flatMap(({ facts }: Step) => facts.assumption ?? []);
	const byHand = sends.map(
		({ node }) =>
			`Nobody runs '${node}' alone by hand ("Execute step"): n8n then sends what it holds from the last run, without asking the ledger.`,
	);
	const fromItem = walk.graph.steps.flatMap(({ node, facts, label, home }) =>
		facts.role === 'sender' && !node.disabled
			? recipientsOf(node, home, facts.recipient)
					.filter(({ from }) => from === 'item')
					.map(
						({ shown }) =>
							`The recipient of '${label}', ${shown}, is that of the claimed delivery: it is read from the item as it comes.`,
					)
			: [],
	);
	const paced = walk.graph.steps.flatMap((step) =>
		step.facts.role === 'sender' && !step.node.disabled && pausesBySettings(step)
			? [
					`The pauses of '${step.label}' between batches, worked out from settings, end within the send lease.`,
				]
			: [],
	);
	return [...new Set([...declared, ...byHand, ...fromItem, ...paced, ...ofKeys(walk)])].sort();
}

/** What a key claim rests on, said of each that lets something through. */
function ofKeys(walk: Walk): string[] {
	const found: string[] = [];
	for (const vertex of walk.vertices) {
		const { facts, node, label, home } = walk.step(vertex);
		if (node.disabled) continue;
		if (
			stageOf(walk.state(vertex)) === 'asking' &&
			isKey(walk.state(vertex)) &&
			/\.(if|switch)$/.test(node.type)
		)
			found.push(
				`'${label}' tells rightly whether what is in doubt was done, and leads only what was not to the act.`,
			);
		if (facts.role !== 'key-claim' || isOpen(walk.state(vertex))) continue;
		const { rememberDays = 30, leaseMinutes = 15, whenUnknown = 'hold', key } = node.parameters;
		found.push(
			`'${label}' tells one thing from another by ${keyShown(key)}, and nothing comes again after ${shown(rememberDays)} days.`,
		);
		if (whenUnknown === 'done') found.push(`'${label}' takes a key whose end nobody knows for done.`);
		else if (whenUnknown !== 'hold')
			found.push(
				`A run takes less than the ${shown(leaseMinutes)} minutes of the lease of '${label}': what acts later may act beside somebody who asked.`,
			);
		if (byDay(key) && typeof home.settings.timezone !== 'string')
			found.push(`The day of '${label}' is that of the instance's time zone, the same on every machine.`);
	}
	return found;
}

const byDay = (key: Json | undefined): boolean => typeof key === 'string' && /\$(now|today)\b/.test(key);
const shown = (value: Json): string => (typeof value === 'object' ? '?' : String(value));

/** The verdict over violations, sends and gaps. Nothing that was not looked at is called proven. */
export function verdictOf(cover: Cover, violations: readonly Violation[]): Verdict {
	if (violations.length > 0) return 'violated';
	if (cover.gaps.length > 0)
		return cover.sends.length === 0 && cover.reached === 0 ? 'nothing to prove' : 'partly';
	return cover.sends.length === 0 ? 'nothing to prove' : 'proven';
}

/** The verdict in one sentence that names its cover; the same on every surface. */
export function sentenceOf(verdict: Verdict, cover: Cover, violations: readonly Violation[]): string {
	const of = `${cover.reached} of ${cover.nodes} nodes reached`;
	const once = cover.sends.filter((send) => send.once !== undefined).length;
	const sends = [
		...(once === 0 || cover.sends.length > once ? [counted(cover.sends.length - once, 'send')] : []),
		...(once === 0 ? [] : [`${counted(once, 'act')} behind a key claim`]),
	].join(' and ');
	switch (verdict) {
		case 'proven':
			return `Proven for ${sends}, ${of}, under ${counted(cover.assumptions.length, 'assumption')}.`;
		case 'partly':
			return `Partly: nothing found is wrong (${sends}, ${of}), but ${counted(cover.gaps.length, 'thing')} that could act ${cover.gaps.length === 1 ? 'was' : 'were'} not looked at.`;
		case 'nothing to prove':
			return `Nothing to prove: no send can be reached (${of}).`;
		case 'violated':
			return `Violated: ${counted(violations.length, 'violation')} (${sends}, ${of}).`;
	}
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
