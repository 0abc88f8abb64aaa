import type { IExecuteFunctions } from 'n8n-workflow';

/** Who asks, for the owner of a claim and for events: execution and node. */
export const originOf = (ctx: Pick<IExecuteFunctions, 'getExecutionId' | 'getNode'>): string =>
	`execution ${ctx.getExecutionId()} / ${ctx.getNode().name}`;
