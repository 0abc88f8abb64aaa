import type { Violation } from '../../core/audit';
import { flag, link, node } from './edit';
import { looped } from './safe/changes';
import type { SpineNode, SpineWorkflow } from './spine';

type Apply = (workflow: SpineWorkflow, violation: Violation) => boolean;

const at = (workflow: SpineWorkflow, name: string | undefined): SpineNode | undefined =>
	workflow.nodes.find((one) => one.name === name);

const MENDED = 'Fail what was mended';

/** A Delivery Commit (fail) of its own, for outputs that led nowhere. */
function toFail(workflow: SpineWorkflow, from: string, output: number): void {
	if (!at(workflow, MENDED)) workflow.nodes.push(node(MENDED, 'deliveryCommit', { operation: 'fail' }));
	link(workflow, from, output, MENDED);
}

/** `Set On Error … and lead that output to Delivery Commit (fail)`. */
const errorOutput: Apply = (workflow, { node: name, mend }) => {
	const found = at(workflow, name);
	if (!found) return false;
	if (mend.includes("On Error to 'Continue'")) {
		found.onError = 'continueRegularOutput';
		return true;
	}
	found.onError = 'continueErrorOutput';
	const outputs = /\.(if|switch|splitInBatches|guardrails|textClassifier)$/.test(found.type)
		? (workflow.connections[found.name]?.main.length ?? 2)
		: 1;
	toFail(workflow, found.name, outputs);
	return true;
};

/** `Remove the connection …`: the last one of the path. */
const lastConnection: Apply = (workflow, { path }) => {
	const [from, to] = path.slice(-2);
	const outputs = workflow.connections[from ?? '']?.main;
	if (!outputs || to === undefined) return false;
	let cutOne = false;
	outputs.forEach((targets, output) => {
		if (!targets.some(({ node: target }) => target === to)) return;
		outputs[output] = targets.filter(({ node: target }) => target !== to);
		cutOne = true;
	});
	return cutOne;
};

/** `Lead every output …`: all that lead nowhere. */
const openOutputs: Apply = (workflow, { node: name = '', why }) => {
	const found = at(workflow, name);
	if (!found || found.type.endsWith('.stopAndError')) return false;
	const main = workflow.connections[name]?.main ?? [];
	const named = Number(/Its output (\d+) leads nowhere/.exec(why)?.[1] ?? 0);
	const most = Math.max(named, main.length - 1, found.type.endsWith('.compareDatasets') ? 3 : 0);
	for (let output = 0; output <= most; output += 1)
		if ((main[output]?.length ?? 0) === 0) toFail(workflow, name, output);
	return true;
};

const own = ({ nodes }: SpineWorkflow): SpineNode[] =>
	nodes.filter(({ type }) => type.startsWith('n8n-nodes-release-gate.'));

/** What a person does who follows a mend, where that can be done without thinking. `false`: it cannot. */
const APPLY: Readonly<Record<string, Apply>> = {
	'pinned-on-spine': (workflow, { node: name }) => delete workflow.pinData?.[name ?? ''],
	'send-retried': (workflow, { node: name }) => {
		const found = at(workflow, name);
		if (found) found.retryOnFail = false;
		return found !== undefined;
	},
	'error-path-unsettled': errorOutput,
	'send-success-unproven': errorOutput,
	'answer-unchecked': (workflow) => {
		for (const { parameters } of workflow.nodes)
			if (JSON.stringify(parameters).includes('neverError')) parameters.options = {};
		return true;
	},
	'claim-unsettled': openOutputs,
	'dry-run-sends': lastConnection,
	'dry-run-writes': lastConnection,
	'early-commit': lastConnection,
	'fail-after-send': lastConnection,
	'items-dropped': (workflow, { node: name, why, mend }) => {
		if (mend.includes('to the first input')) {
			for (const targets of workflow.connections[name ?? '']?.main ?? [])
				for (const target of targets) target.index = 0;
			return true;
		}
		if (!why.includes('Execute Once')) return false;
		flag(name ?? '', { executeOnce: false })(workflow);
		return true;
	},
	'link-lost': (workflow, { mend }) => {
		if (!mend.includes('Loop Over Items') || workflow.nodes.some(({ name }) => name === 'Loop')) return false;
		looped(workflow);
		return true;
	},
	'loop-stalls': (workflow, { node: name, mend, why }) => {
		const found = at(workflow, name);
		if (!found) return false;
		if (mend.includes('Always Output Data')) {
			found.alwaysOutputData = true;
			return true;
		}
		const loop = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.splitInBatches');
		if (!loop) return false;
		if (found.type.endsWith('.stopAndError')) return false;
		const main = workflow.connections[found.name]?.main ?? [];
		const named = Number(/Output (\d+) of it/.exec(why)?.[1] ?? 0);
		for (let output = 0; output <= Math.max(named, main.length - 1, 1); output += 1)
			if ((main[output]?.length ?? 0) === 0) link(workflow, found.name, output, loop.name);
		return true;
	},
	'several-ledgers': (workflow) => {
		for (const one of own(workflow))
			Object.assign(one, { credentials: { releaseGateLedgerApi: { id: 'a', name: 'Ledger' } } });
		return true;
	},
	'several-spines': (workflow) => {
		for (const { parameters } of own(workflow)) if ('spine' in parameters) parameters.spine = 'content';
		return true;
	},
	'legacy-order': (workflow) => {
		workflow.settings.executionOrder = 'v1';
		return true;
	},
};

/** Follows the mend of a violation in a copy; `null` where it takes more than a change of settings or connections. */
export function mended(workflow: SpineWorkflow, violation: Violation): SpineWorkflow | null {
	const copy = structuredClone(workflow);
	return APPLY[violation.rule]?.(copy, violation) === true ? copy : null;
}

/** The declaration that a mend prints, as an object; `null` where it prints none. */
export const printed = ({ mend }: Violation): { hosts?: object[]; nodes?: object[] } | null => {
	const text = / The declaration: (\{.*\})$/s.exec(mend)?.[1];
	return text === undefined ? null : (JSON.parse(text) as { hosts?: object[]; nodes?: object[] });
};
