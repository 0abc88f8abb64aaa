import { isExpression, literal, stringsIn } from '../expressions';
import type { Step } from '../graph/step';
import { fromOtherItem, keyUnsteady } from '../read/key';
import { acts, copiesAct, isKey, isOpen, maySend, stageOf } from '../state';
import { reaching, type Move, type Vertex, type Walk } from '../walk';
import { Findings, type Finding } from './finding';

const SPINE = new Set(['source', 'gate', 'claim', 'confirm', 'commit', 'fail', 'key-claim']);

/**
 * The part of the proofs that only key claims have: a key stays the same for one thing, one claim is open at a time, what
 * is in doubt is not given back as if nothing had happened, and what acts acts on the item whose key was claimed. What is
 * written for a claimed item, under a key or on a spine, is written from that item.
 */
export function keyFindings(walk: Walk): Finding[] {
	const found = new Findings();
	const scopes = scopesOf(walk);
	for (const vertex of walk.vertices) {
		const step = walk.step(vertex);
		if (step.node.disabled || step.side === 'leave') continue;
		if (step.facts.role === 'fail') doubtReplaced(walk, vertex, found);
		const came = walk.state(vertex);
		if (step.facts.role === 'key-claim' && !isOpen(came)) steady(walk, vertex, found);
		if (composes(step) && (maySend(came) || stageOf(came) === 'claimed')) ofItem(walk, vertex, found);
		if (!isKey(came)) continue;
		if (SPINE.has(step.facts.role))
			found.add('key-mixed', step.label, () => ({ key: true, path: walk.path(vertex) }));
		if (step.facts.role === 'key-back') givenBack(walk, vertex, found);
		if (step.facts.role === 'key-done' || step.facts.role === 'key-back')
			ofScope(walk, vertex, scopes, found);
		if (maySend(came) && acts(step, came)) ofItem(walk, vertex, found);
		// What asks and what decides has to look at the same thing.
		const stage = stageOf(came);
		if ((stage === 'asked' && step.facts.role === 'reader') || stage === 'asking')
			ofItem(walk, vertex, found);
	}
	decisions(walk, found);
	givenBackBeside(walk, found);
	return found.all();
}

function steady(walk: Walk, vertex: Vertex, found: Findings): void {
	const { node, home, label } = walk.step(vertex);
	const why = keyUnsteady(node, home);
	if (why !== null)
		found.add('key-unsteady', label, () => ({ path: walk.path(vertex), detail: `${sentence(why)}.` }));
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `auto` reads the failure of the node that acted, so it may read nothing else. */
function givenBack(walk: Walk, vertex: Vertex, found: Findings): void {
	const { node, label } = walk.step(vertex);
	const stage = stageOf(walk.state(vertex));
	const { happened = 'auto' } = node.parameters;
	if (happened === 'unknown') return;
	const asked = stage === 'asked' || stage === 'asking';
	if (!asked && (happened === 'auto' || (stage !== 'in-doubt' && stage !== 'thrown'))) return;
	found.add('key-freed', label, () => ({ path: walk.path(vertex) }));
}

/** The same of a delivery: what came between the send's error and the failure has put its own in place of it. */
function doubtReplaced(walk: Walk, vertex: Vertex, found: Findings): void {
	const came = walk.state(vertex);
	if (isKey(came) || stageOf(came) !== 'asked') return;
	found.add('doubt-replaced', walk.step(vertex).label, () => ({ path: walk.path(vertex) }));
}

/** Scopes of the claims that can be reached; `null` stands for the workflow's own. */
function scopesOf(walk: Walk): ReadonlySet<string> {
	const scopes = new Set<string>();
	for (const { facts, node } of walk.reached) {
		if (facts.role === 'key-claim' && !node.disabled) scopes.add(scopeIn(node.parameters.scope));
	}
	return scopes;
}

const scopeIn = (value: Step['node']['parameters'][string] | undefined): string =>
	(literal(value ?? '') ?? '').trim();

function ofScope(walk: Walk, vertex: Vertex, scopes: ReadonlySet<string>, found: Findings): void {
	const { node, label } = walk.step(vertex);
	const given = node.parameters.scope;
	const scope = scopeIn(given);
	if (!isExpression(given) && scope === '') return;
	if (!isExpression(given) && scopes.size === 1 && scopes.has(scope)) return;
	found.add('key-elsewhere', label, () => ({ path: walk.path(vertex) }));
}

/** Key vertices from which an act can be reached, and those from which a completion or giving back can without one. */
function waysOf(walk: Walk): {
	readonly toAct: ReadonlySet<Vertex>;
	readonly past: (role: string) => ReadonlySet<Vertex>;
} {
	const isAct = (vertex: Vertex): boolean => acts(walk.step(vertex), walk.state(vertex));
	const moves = walk.moves.filter(({ from, to }) => isKey(walk.state(from)) && isKey(walk.state(to)));
	const quiet = moves.filter(({ from }) => !isAct(from));
	return {
		toAct: reaching(
			walk.vertices.filter((vertex) => isKey(walk.state(vertex)) && isAct(vertex)),
			moves,
		),
		past: (role) =>
			reaching(
				walk.vertices.filter(
					(vertex) =>
						isKey(walk.state(vertex)) &&
						walk.step(vertex).facts.role === role &&
						!walk.step(vertex).node.disabled,
				),
				quiet,
			),
	};
}

/** A decision on what was asked that leads all of it to the act, or all of it to the completion, decides nothing. */
function decisions(walk: Walk, found: Findings): void {
	const outputs = new Map<Vertex, Map<number, Vertex[]>>();
	for (const { from, output, leaves, to } of walk.moves) {
		if (stageOf(walk.state(from)) !== 'asking' || stageOf(leaves) !== 'found') continue;
		const of = outputs.get(from) ?? new Map<number, Vertex[]>();
		outputs.set(from, of.set(output, [...(of.get(output) ?? []), to]));
	}
	if (outputs.size === 0) return;
	const { toAct, past } = waysOf(walk);
	const toDone = past('key-done');
	for (const [vertex, of] of outputs) {
		const { label } = walk.step(vertex);
		const every = (goals: ReadonlySet<Vertex>): boolean =>
			[...of.values()].every((targets) => targets.some((to) => goals.has(to)));
		if (every(toAct) || every(toDone)) found.add('undecided', label, () => ({ path: walk.path(vertex) }));
	}
}

/** Of copies of one claimed item one may not be given back while another acts. */
function givenBackBeside(walk: Walk, found: Findings): void {
	const ports = new Map<string, Move[]>();
	for (const move of walk.moves) {
		if (!isKey(move.leaves) || !copiesAct(move.leaves)) continue;
		const port = `${move.from} ${move.output} ${move.leaves}`;
		ports.set(port, [...(ports.get(port) ?? []), move]);
	}
	const several = [...ports.values()].filter((moves) => moves.length > 1);
	if (several.length === 0) return;
	const { toAct, past } = waysOf(walk);
	const toBack = past('key-back');
	for (const moves of several) {
		const acting = moves.find(({ to }) => toAct.has(to));
		const back = moves.find(({ to }) => to !== acting?.to && toBack.has(to));
		if (acting === undefined || back === undefined) continue;
		found.add('key-freed', walk.step(back.to).label, () => ({
			path: [...walk.path(back.from), walk.step(back.to).label],
			detail: `An output of '${walk.step(back.from).label}' has several connections: one copy is given back while another acts.`,
			mend: `Cut one of the connections of '${walk.step(back.from).label}'.`,
		}));
	}
}

/** Whether a step says what is sent: a generator, a node that sets fields, or the send itself. */
const composes = ({ facts: { role }, node: { type } }: Step): boolean =>
	role === 'generator' || role === 'sender' || type === 'n8n-nodes-base.set';

function ofItem(walk: Walk, vertex: Vertex, found: Findings): void {
	const { node, home, label } = walk.step(vertex);
	for (const [text] of stringsIn(node.parameters)) {
		const other = fromOtherItem(text, home);
		if (other === null) continue;
		found.add('other-item', label, () => ({ path: walk.path(vertex), detail: `It reads ${other}.` }));
		return;
	}
}
