import { OWN_PREFIX } from '../../audit/own-nodes';
import { isExpression, literal, unwrapLocator, withConstants } from '../../audit/expressions';
import type { WorkflowJson } from '../../audit/types';
import { mayBe } from './configuring';

/** The flags that the nodes of a workflow evaluate, by node; `null` for one that is only known when it runs. */
function evaluatedIn(
	workflow: WorkflowJson,
): readonly { readonly node: string; readonly key: string | null }[] {
	return workflow.nodes
		.filter(
			({ type, parameters, disabled }) =>
				!disabled &&
				type === `${OWN_PREFIX}releaseFlag` &&
				mayBe(parameters.operation, 'evaluate', 'evaluate', workflow.nodes),
		)
		.map(({ name: node, parameters }) => {
			const value = withConstants(unwrapLocator(parameters.flag), workflow.nodes);
			return { node, key: isExpression(value) ? null : (literal(value) ?? '') };
		});
}

/** The flags that a draft brings. */
export interface BroughtFlags {
	/** Those that its nodes evaluate and the published version does not, sorted. */
	readonly keys: readonly string[];
	/** Nodes of which nobody can know what they evaluate, and which the published version does not have. */
	readonly unreadable: readonly string[];
}

/** Compares the flags that two versions of a workflow evaluate. */
export function broughtFlags(published: WorkflowJson, draft: WorkflowJson): BroughtFlags {
	const before = evaluatedIn(published);
	const found = evaluatedIn(draft);
	const keys = found.flatMap(({ key }) => (key === null || key === '' ? [] : [key]));
	return {
		keys: [...new Set(keys)].filter((key) => !before.some((one) => one.key === key)).sort(),
		unreadable: found
			.filter(({ node, key }) => key === null && !before.some((one) => one.node === node && one.key === null))
			.map(({ node }) => node),
	};
}
