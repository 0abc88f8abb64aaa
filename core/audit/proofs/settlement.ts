import { mayLose } from '../catalogue/types';
import { switchOutputs } from '../facts/shape';
import type { Step } from '../graph/step';
import { writesOver } from '../read/envelope';
import { asksPages } from '../read/items';
import { acts, isBatch, isKey, isOpen, stageOf, type State } from '../state';
import { cycles } from './cycles';
import { reaching, type Vertex, type Walk } from '../walk';
import { declarationFor } from './declare';
import { Findings, type Finding } from './finding';
import { oneAtATime } from './loops';

/** What the ledger does with a claim that nobody ends; the times are the defaults of a spine's settings. */
const LEASE =
	'Its claim stays open until the lease runs out (15 minutes unless the spine says otherwise); then the next run of the slot hands the delivery out again.';
const SENDING =
	'Its delivery stays in sending until the send lease runs out (15 minutes unless the spine says otherwise); then it is in doubt, and nothing is sent again before it is settled.';

/** The same of a key. */
const KEY_LEASE =
	'Its key stays under way until its lease runs out; then it is in doubt, and nobody does it before it is settled.';

/** The part of an item by which its claim is found again. */
const partOf = (came: State): 'keyClaim' | 'deliveries' | 'delivery' =>
	isKey(came) ? 'keyClaim' : isBatch(came) ? 'deliveries' : 'delivery';

const CLAIMS: ReadonlySet<string> = new Set(['claim', 'key-claim']);

const UNSENT: ReadonlySet<string> = new Set(['ungated', 'live', 'claimed', 'closed', 'dry-run', 'rehearsed']);

/** Proof 3: every claim leads to commit or fail on every path, error paths included, and no item is dropped. */
export function settlementFindings(walk: Walk): Finding[] {
	const found = new Findings();
	const open = walk.vertices.filter((vertex) => isOpen(walk.state(vertex)));
	const alone = oneAtATime(walk.graph);
	for (const vertex of open) {
		const step = walk.step(vertex);
		const stage = stageOf(walk.state(vertex));
		const key = isKey(walk.state(vertex));
		const then = key ? KEY_LEASE : UNSENT.has(stage) ? LEASE : SENDING;
		if (step.side !== 'leave' && writesOver(step.node, partOf(walk.state(vertex))))
			found.add('delivery-overwritten', step.label, () => ({ key, path: walk.path(vertex) }));
		const why = lossOf(step, alone, acts(step, walk.state(vertex)));
		if (why !== null) {
			found.add('items-dropped', step.label, () => ({
				key,
				path: walk.path(vertex),
				detail: `${why} ${then}`,
				...nearerToLoss(step, key),
			}));
		}
		const unlinks = unlinked(step, alone);
		if (unlinks !== null)
			found.add('link-lost', step.label, () => ({
				key,
				path: walk.path(vertex),
				detail: `When it gets several items at once: ${unlinks}. ${then}`,
				...(step.node.type.endsWith('.code') ? { mend: EACH } : {}),
			}));
		if (
			step.facts.fails !== null &&
			step.node.onError === 'stopWorkflow' &&
			!step.node.disabled &&
			(step.facts.role !== 'unknown' || acts(step, walk.state(vertex)))
		)
			found.add('error-path-unsettled', step.label, () => ({
				key,
				path: walk.path(vertex),
				detail: `It can fail: ${step.facts.fails}. ${then}`,
				...nearer(step),
			}));
	}
	const handsOut = new Set(
		walk.graph.steps.filter(({ facts }) => facts.role === 'source').map(({ label }) => label),
	);
	for (const vertex of walk.vertices) {
		const step = walk.step(vertex);
		if (!isOpen(walk.state(vertex)) && step.facts.wrongInputOf !== undefined && CLAIMS.has(step.facts.role))
			found.add('items-dropped', step.label, () => ({
				key: step.facts.role === 'key-claim',
				path: walk.path(vertex),
				detail: `Its items come to the second input of '${step.facts.wrongInputOf ?? ''}', which reads the first only.`,
				...nearerToLoss(step, false),
			}));
		// What the gate let through and what Due Deliveries handed out is already a delivery.
		if (
			step.node.executeOnce &&
			!step.node.disabled &&
			['gate', 'claim', 'key-claim'].includes(step.facts.role)
		)
			found.add('items-dropped', step.label, () => ({
				path: walk.path(vertex),
				detail:
					'It is set to Execute Once, and takes the first item only: the others stay due, run after run.',
			}));
		if (!['live', 'ungated'].includes(stageOf(walk.state(vertex))) || step.side === 'leave') continue;
		if (writesOver(step.node, 'delivery') && walk.path(vertex).some((label) => handsOut.has(label)))
			found.add('delivery-overwritten', step.label, () => ({ path: walk.path(vertex) }));
	}
	for (const end of walk.ends) {
		if (!isOpen(end.leaves)) continue;
		const { label, outputs } = walk.step(end.at);
		found.add('claim-unsettled', label, () => ({
			key: isKey(end.leaves),
			path: walk.path(end.at),
			detail: outputs.length > 1 ? `Its output ${end.output} leads nowhere.` : undefined,
			...(walk.step(end.at).facts.role === 'stop'
				? { mend: `Put Delivery Commit (${isKey(end.leaves) ? 'give key back' : 'fail'}) before '{node}'.` }
				: {}),
		}));
	}
	const settled = walk.vertices.filter((vertex) =>
		['commit', 'fail', 'key-done', 'key-back'].includes(walk.step(vertex).facts.role),
	);
	const ended = walk.ends.map(({ at }) => at);
	const canSettle = reaching([...settled, ...ended], walk.moves);
	for (const around of cycles(walk))
		found.add('claim-never-settled', walk.step(around).label, () => ({
			key: isKey(walk.state(around)),
			path: walk.path(around),
			detail: 'An item can come back to it again and again, and nothing counts how often.',
			mend: "Cut the way back to '{node}'; to try again, fail the delivery or give the key back, and let the next run do it.",
		}));
	const stuck = open.find((vertex: Vertex) => !canSettle.has(vertex));
	if (stuck !== undefined)
		found.add('claim-never-settled', walk.step(stuck).label, () => ({
			key: isKey(walk.state(stuck)),
			path: walk.path(stuck),
		}));
	return found.all();
}

const EACH =
	"Set Mode of '{node}' to 'Run Once for Each Item'; or write it so that it cannot throw, e.g. String(item.json.text ?? '').trim() in place of item.json.text.trim(); and let each item it writes out name the one it came from (pairedItem: { item: index }); or put it into a Loop Over Items with a batch size of 1.";

/** Why what leaves a node is linked to nothing; `null` if it is linked. */
function unlinked({ node, facts, index, side }: Step, alone: ReadonlySet<number>): string | null {
	if (facts.unlinks === undefined || node.disabled || side === 'leave' || alone.has(index)) return null;
	// With one output n8n links by place, but for the single item that stands for an error of all.
	const goesOn =
		node.onError === 'continueErrorOutput' || (isCode(node.type) && node.onError !== 'stopWorkflow');
	return goesOn ? facts.unlinks : null;
}

const isCode = (type: string): boolean => /^n8n-nodes-base\.(code|function)$/.test(type);

/** How a node can lose items without a word; `null` if it cannot. */
function lossOf({ node, facts, index }: Step, alone: ReadonlySet<number>, acting: boolean): string | null {
	if (node.disabled) return null;
	if (facts.role === 'source') return 'It begins anew, and what came is gone.';
	if (node.executeOnce) return 'It is set to Execute Once, and takes the first item only.';
	if (node.type === 'n8n-nodes-base.switch' && switchOutputs(node).drops && facts.assumption === undefined)
		return 'An item that fits none of its rules goes nowhere.';
	if (facts.wrongInputOf !== undefined)
		return `Its items come to the second input of '${facts.wrongInputOf}', which reads the first only.`;
	if (!mayLose(facts.items) || (facts.role === 'unknown' && !acting)) return null;
	// One item at a time, and Always Output Data: what finds nothing hands on an empty item that is linked to the claim.
	if (node.alwaysOutputData && alone.has(index)) return null;
	if (facts.role === 'unknown') return 'Its answer may be an empty list, and then nothing leaves it.';
	return facts.role === 'reader'
		? 'It may find nothing for an item.'
		: 'It may hand on fewer items than it got.';
}

function nearerToLoss(step: Step, key: boolean): Partial<Finding> {
	const { wrongInputOf } = step.facts;
	if (wrongInputOf !== undefined)
		return { mend: `Connect '{node}' to the first input of '${wrongInputOf}'.` };
	if (asksPages(step.node)) return { mend: "Turn off Pagination of '{node}', or move it before the claim." };
	return step.node.executeOnce
		? { mend: "Turn off Execute Once of '{node}'." }
		: { declaration: lossDeclaration(step, key) };
}

function lossDeclaration(step: Step, key: boolean): Finding['declaration'] {
	if (
		step.side === 'leave' ||
		/\.(filter|limit|aggregate|summarize|removeDuplicates|switch|merge)$/.test(step.node.type)
	)
		return undefined;
	return declarationFor(step, step.facts.role === 'sender' ? 'sender' : key ? 'writer' : undefined);
}

/** If hands an item that fails to its false branch; other nodes hand it to the error output. */
function nearer({ node }: Step): Partial<Finding> {
	if (node.type !== 'n8n-nodes-base.if') return {};
	return {
		mend: "Make what '{node}' compares a truth by itself, e.g. ={{ $json.score > 5 }} as a boolean, or set its On Error to 'Continue': an item that fails then leaves by its false branch.",
	};
}
