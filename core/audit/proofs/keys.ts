import { isExpression, literal, stringsIn } from '../expressions';
import type { Step } from '../graph';
import { fromOtherItem, keyUnsteady } from '../read/key';
import { acts, isKey, isOpen, maySend, stageOf } from '../state';
import type { Vertex, Walk } from '../walk';
import { Findings, type Finding } from './finding';

const SPINE = new Set(['source', 'gate', 'claim', 'confirm', 'commit', 'fail', 'key-claim']);

/**
 * The part of the proofs that only key claims have: a key stays the same for one thing, one claim is open at a time, what
 * is in doubt is not given back as if nothing had happened, and what acts acts on the item whose key was claimed.
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
		if (!isKey(came)) continue;
		if (SPINE.has(step.facts.role))
			found.add('key-mixed', step.label, () => ({ key: true, path: walk.path(vertex) }));
		if (step.facts.role === 'key-back') givenBack(walk, vertex, found);
		if (step.facts.role === 'key-done' || step.facts.role === 'key-back')
			ofScope(walk, vertex, scopes, found);
		if (maySend(came) && acts(step, came)) ofItem(walk, vertex, found);
	}
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
	for (const vertex of walk.vertices) {
		const { facts, node } = walk.step(vertex);
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

function ofItem(walk: Walk, vertex: Vertex, found: Findings): void {
	const { node, home, label } = walk.step(vertex);
	for (const [text] of stringsIn(node.parameters)) {
		const other = fromOtherItem(text, home);
		if (other === null) continue;
		found.add('other-item', label, () => ({ path: walk.path(vertex), detail: `It reads ${other}.` }));
		return;
	}
}
