import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';

/** The settings of a node under which n8n does more, or less, than a delivery needs. */
export interface NodeSettings {
	readonly alwaysOutputData?: boolean;
	readonly executeOnce?: boolean;
	readonly retryOnFail?: boolean;
}

const hint = (type: NodeExecutionHint['type'], message: string): NodeExecutionHint => ({
	type,
	message,
	location: 'outputPane',
});

/**
 * What a builder should know about the settings of one of our nodes. Said while the node runs: the conditions of
 * static hints see parameters only, never settings.
 */
export function settingsHints(settings: NodeSettings, outputs: number): readonly NodeExecutionHint[] {
	const hints: NodeExecutionHint[] = [];
	if (settings.alwaysOutputData === true && outputs > 1) {
		hints.push(
			hint(
				'warning',
				'Always Output Data is on: when the first output has no items, n8n puts an empty one there. Turn it off in the settings of this node.',
			),
		);
	}
	if (settings.executeOnce === true) {
		hints.push(
			hint(
				'warning',
				'Execute Once is on: only the first item is served, the others are dropped. Turn it off in the settings of this node.',
			),
		);
	}
	if (settings.retryOnFail === true) {
		hints.push(
			hint(
				'info',
				'Retry On Fail is on. It does no harm here and is not needed: what the ledger holds stays, and the next run goes on from there.',
			),
		);
	}
	return hints;
}

/** Tells the builder, on the output of the node that runs. */
export function adviseOnSettings(
	ctx: Pick<IExecuteFunctions, 'getNode' | 'addExecutionHints'>,
	outputs: number,
): void {
	const hints = settingsHints(ctx.getNode(), outputs);
	if (hints.length > 0) ctx.addExecutionHints(...hints);
}
