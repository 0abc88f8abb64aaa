import type { JsonObject } from '../../delivery/types';
import { unwrapLocator, withConstants } from '../expressions';
import type { Step } from '../graph/step';
import { OWN_PREFIX } from '../own-nodes';
import type { Walk } from '../walk';
import type { Finding } from './finding';

const LEDGER = 'releaseGateLedgerApi';
const ON_SPINE = new Set(['source', 'gate', 'claim', 'confirm', 'commit', 'fail']);
const ON_KEYS = new Set(['key-claim', 'key-done', 'key-back']);

/**
 * Proof 3, of the ledger: a claim is known only in the ledger that granted it, and a delivery only on its spine. So all
 * nodes of the spine that an execution can reach name one ledger, and one spine.
 */
export function spineFindings(walk: Walk): Finding[] {
	const ledgers = new Map<string, number>();
	const ofKeys = new Map<string, number>();
	const spines = new Map<string, number>();
	for (const vertex of walk.vertices) {
		const step = walk.step(vertex);
		if (step.node.disabled || !step.node.type.startsWith(OWN_PREFIX)) continue;
		const ledger = ledgerOf(step);
		if (ON_KEYS.has(step.facts.role) && !ofKeys.has(ledger)) ofKeys.set(ledger, vertex);
		if (!ON_SPINE.has(step.facts.role)) continue;
		if (!ledgers.has(ledger)) ledgers.set(ledger, vertex);
		const spine = spineOf(step);
		if (spine !== null && !spines.has(spine)) spines.set(spine, vertex);
	}
	return [
		...several(walk, ledgers, 'several-ledgers'),
		...several(walk, ofKeys, 'several-ledgers').map((finding) => ({ ...finding, key: true })),
		...several(walk, spines, 'several-spines'),
	];
}

function several(
	walk: Walk,
	found: ReadonlyMap<string, number>,
	rule: 'several-ledgers' | 'several-spines',
): Finding[] {
	const [first, second] = [...found];
	if (!first || !second) return [];
	const [one, other] = [walk.step(first[1]).label, walk.step(second[1]).label];
	return [
		{
			rule,
			node: other,
			path: walk.path(second[1]),
			detail: `'${one}' names ${first[0]}, '${other}' ${second[0]}.`,
		},
	];
}

/** The ledger a node is told to use, by the credential's id; without one it is the file in n8n's folder. */
function ledgerOf({ node }: Step): string {
	const given = node.credentials?.[LEDGER];
	if (given === undefined || given === null) return 'no ledger credential';
	const { id, name } =
		typeof given === 'object' && !Array.isArray(given)
			? (given as JsonObject)
			: { id: undefined, name: given };
	return `the ledger credential ${JSON.stringify(name ?? id ?? '')}${id === undefined || id === null ? '' : ` (${JSON.stringify(id)})`}`;
}

/** The spine a node names, constants put in; `null` where it takes it from the delivery. */
function spineOf({ node, facts, home }: Step): string | null {
	const names =
		facts.role === 'source' || (facts.role === 'claim' && node.parameters.source === 'standalone');
	const spine = unwrapLocator(node.parameters.spine);
	if (!names || spine === undefined || spine === '') return null;
	return `the spine ${JSON.stringify(withConstants(spine, home.nodes))}`;
}
